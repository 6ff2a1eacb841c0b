/**
 * What an adapter and the core say to each other. Imports nothing but contract/, so that a platform is one folder.
 *
 * Values go forward ({@link Inbound}), shapes come back ({@link Reply}, {@link TurnView}). Everything here
 * except the two handles ({@link Adapter}, {@link Bot}) is plain JSON: it is written to disk before it is
 * acted on and may be read back by another process.
 */
import type { Measures } from './contract/measures.ts'
import type { Office, TurnStep } from './contract/office.ts'

export type * from './contract/measures.ts'
export type * from './contract/office.ts'
export { OfficeError } from './contract/office.ts'

/** Where a message came from and where its answer goes: one chat, or one thread in it. */
export interface Address {
  /** The adapter's name, e.g. `slack`. */
  readonly adapter: string
  /** Workspace, guild or tenant, where the platform has several. */
  readonly tenant?: string
  /** The chat's id on the platform. */
  readonly channel: string
  /** The thread's id in that chat; absent: the chat itself. */
  readonly thread?: string
}

/** Who sent something, as the platform vouches for it. */
export interface Person {
  /** The platform's own id, never a display name. */
  readonly id: string
  readonly name?: string
  /** The language that they use the platform in, where it tells: a BCP 47 tag such as `zh-CN`. */
  readonly locale?: string
  /**
   * What access lists may name them by besides `id`, as `<adapter>:<group>`: a role (`role:123`), a department
   * (`department:od-1`), another id of theirs (`user:e33`). All of them, as they are now: whoever is put out of one is
   * refused at the next message. Always with a prefix that no id of a person has. Absent: nothing is known of late.
   */
  readonly groups?: readonly string[]
  /**
   * True: there may be groups, and the platform does not tell them here, as of what is fetched later. Where some group is
   * denied, they are refused while none of theirs are kept of late. Only where `groups` are absent.
   */
  readonly untold?: boolean
  /**
   * The tenant that they belong to, where it is another than that of the chat: somebody of another company in a channel
   * that two share. No wildcard of an access list lets them in: they are named, or their tenant is. Absent: they belong
   * to the chat's own, or the platform does not tell.
   */
  readonly tenant?: string
  /** True for bots and webhooks. */
  readonly bot?: boolean
}

interface Arrival {
  /** Stable across the platform's own retries, unique within the adapter. */
  readonly id: string
  /** Milliseconds since 1970, by the platform's clock. */
  readonly at: number
  readonly from: Person
  readonly address: Address
  /** True where nobody but the sender and the bot reads along. */
  readonly direct: boolean
  /**
   * True: the adapter shows the {@link Receipt} to whoever sent it, as for a button that was pressed. That it was refused,
   * came too late or could do nothing is then not said in the chat too.
   */
  readonly receipted?: boolean
}

/** A file that somebody sent along; {@link Adapter.download} fetches it. */
export interface Attachment {
  /** What the platform knows it by: an id, or a URL. */
  readonly id: string
  /** As its sender named it: anything, paths and control characters too. */
  readonly name: string
  readonly mime?: string
  readonly bytes?: number
}

/** Somebody wrote something. */
export interface Message extends Arrival {
  readonly kind: 'message'
  /** May be empty where there are attachments. */
  readonly text: string
  readonly attachments?: readonly Attachment[]
  /** True: nothing in it calls a command of the bot; all of it is for Claude. */
  readonly plain?: boolean
  /** Id of an earlier message that this one corrects. Set by the core: it came as an {@link Edit} while that one ran. */
  readonly corrects?: string
  /** Where and to whom it is answered, when that is not where it was asked. Set by the core: its author moved there. */
  readonly movedTo?: { readonly address: Address; readonly from: Person; readonly direct: boolean }
}

/** Somebody changed a message of their own. */
export interface Edit extends Arrival {
  readonly kind: 'edit'
  /** Id of the message, as it arrived. */
  readonly of: string
  /** The whole new text. */
  readonly text: string
}

/** A message is gone from the chat. Where the platform does not tell who deleted it, `from` is the bot itself. */
export interface Deletion extends Arrival {
  readonly kind: 'deletion'
  readonly of: string
}

/** Somebody answered a {@link PromptReply}: pressed a button, or typed the choice. */
export interface Answer extends Arrival {
  readonly kind: 'answer'
  /** {@link PromptReply.prompt} of what is answered. */
  readonly prompt: string
  /** {@link Choice.id} of what was chosen: one, or several of a prompt that is `multiple`, or none where `text` is the answer. */
  readonly choices: readonly string[]
  /** Own words: with a choice that asks for some (the reason for a refusal), or an answer of one's own. */
  readonly text?: string
}

/** What arrives, in one shape for all platforms. */
export type Inbound = Message | Answer | Edit | Deletion

/**
 * What became of an {@link Inbound}:
 * `accepted` it is on disk and will end in exactly one visible state; `duplicate` it was here before;
 * `refused` its sender may not talk to the bot, or may not answer this prompt (they have been told why, but for what is
 * `receipted`), or what they pressed could do nothing.
 */
export type Receipt = 'accepted' | 'duplicate' | 'refused'

interface Outward {
  /**
   * Stable across retries and restarts: platforms that can drop a repeated send are given it. What answers a message
   * begins with `<adapter>:<id of the message>/`.
   */
  readonly key: string
  /** What its reader speaks (`en`, `zh`), for what is added to it on the way; absent: unknown. */
  readonly language?: string
}

/** The one final state of an accepted message. */
export type Outcome = 'answered' | 'failed' | 'cancelled'

/** Figures for the footer of an answer. */
export interface TurnFigures {
  /** US dollars, of this turn alone. */
  readonly costUsd: number
  /** Wall-clock milliseconds. */
  readonly durationMs: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/** A picture that a text shows, kept on this machine until the text stands in the chat. */
export interface Picture {
  /** Where the Markdown says it is: `chart.png` of `![sales](chart.png)`. */
  readonly src: string
  /** Absolute path on this machine. */
  readonly path: string
  readonly bytes: number
}

/** Text for people, as Markdown (CommonMark with GFM). Never longer than {@link Limits.text} by `measure`. */
export interface TextReply extends Outward {
  readonly kind: 'text'
  readonly markdown: string
  /** `answer` Claude's words; `notice` the bot's own; `error` the bot's own, about something that failed. */
  readonly tone: 'answer' | 'notice' | 'error'
  /** Set on the last part of what ends a turn, and only there. */
  readonly outcome?: Outcome
  /** Ids of further messages that `outcome` is the end of: a burst, or what was taken into the running turn. */
  readonly ends?: readonly string[]
  readonly figures?: TurnFigures
  /** A user's id: shown to that person alone where the platform can, else like any other. */
  readonly only?: string
  /** Pictures that it shows, some of them perhaps in another part of it. Only to adapters with {@link Limits.pictureBytes}. */
  readonly pictures?: readonly Picture[]
  /** Commands that are offered under it, each of them named in the text too: adapters without such buttons leave them out. */
  readonly buttons?: readonly PageButton[]
  /** True while a turn is still being drafted: more text will replace this. */
  readonly draft?: boolean
}

/** One of the answers offered by a {@link PromptReply}. */
export interface Choice {
  readonly id: string
  readonly label: string
  /** What it means, in a line. */
  readonly description?: string
  readonly style?: 'primary' | 'danger'
  /** True when the choice wants own words with it. */
  readonly text?: boolean
}

/** A question with buttons; where there are none, its choices are typed. */
export interface PromptReply extends Outward {
  readonly kind: 'prompt'
  /** What an {@link Answer} names. */
  readonly prompt: string
  readonly title: string
  /** What exactly is asked: the command in full, the edit as a diff. */
  readonly markdown: string
  readonly choices: readonly Choice[]
  /** True: several choices may be taken together. */
  readonly multiple?: boolean
  /** True: an own answer may be written in place of a choice. */
  readonly ownText?: boolean
  /** Set once it is decided or withdrawn: no button works any more. */
  readonly settled?: { readonly label: string; readonly by?: string; readonly at: number }
}

/** A file for people. Only to chats that have room for it. */
export interface FileReply extends Outward {
  readonly kind: 'file'
  /** Absolute path on this machine. Gone once it was delivered, but for adapters that are {@link Adapter.local}. */
  readonly path: string
  /** What people see it under: a single, harmless name. */
  readonly name: string
  readonly mime?: string
  readonly bytes: number
  /** Markdown, short. */
  readonly caption?: string
  /**
   * A user's id: for that person's eyes alone, in their direct chat where that is the way to it. An adapter that has no
   * way throws `unsupported`, and the core tells of the file in words.
   */
  readonly only?: string
}

/** What the core asks an adapter to show. */
export type Reply = TextReply | PromptReply | FileReply

/** A message that stands in the chat. Plain JSON: kept on disk, so that an edit works after a restart. */
export interface Sent {
  readonly address: Address
  /** The platform's id of the message. */
  readonly id: string
}

/** A tool that Claude uses in a turn. */
export interface ToolView {
  readonly id: string
  /** The tool's own name, e.g. `Bash`. */
  readonly name: string
  /** One line for people, e.g. `npm test`; may be empty. */
  readonly title: string
  readonly state: 'running' | 'done' | 'failed'
}

/**
 * A turn as it stands now. Always the whole of it, never a delta: it may be shown late, coalesced or again
 * without harm. Text may shrink when Claude's connection dropped and the text starts over.
 */
export interface TurnView {
  /** All text so far, as Markdown. */
  readonly markdown: string
  readonly tools: readonly ToolView[]
  /** What is going on when neither text nor a tool tells, e.g. `the API is overloaded, trying again (2 of 5)`. */
  readonly status?: string
}

/** A turn being shown natively while it runs. The core calls one method at a time. */
export interface ReplyStream {
  /**
   * The message that it shows the turn in, from when it stands in the chat; read after each `show`. It is kept on disk:
   * when this process dies, the next one has no stream to end, and replaces the message by {@link Adapter.edit}.
   * Absent: nothing of it stays in the chat once the process is gone.
   */
  readonly sent?: Sent | undefined
  /** Shows the turn as it stands. May throw {@link AdapterError}; the core then falls back to plain sends. */
  show(view: TurnView): Promise<void>
  /** Told of each step as it happens, also before the first `show`. Absent: views are enough. Never throws, and returns at once. */
  tell?(step: TurnStep): void
  /** Ends with the reply, whose text is whole and may be beyond {@link Limits.text}. False: it could not; `abandon` follows and the reply is sent. */
  finish(reply: TextReply): Promise<boolean>
  /** Ends without a reply: what was shown is taken back, or marked as unfinished. May follow `finish`. Never throws. */
  abandon(): Promise<void>
}

/** A platform's numbers. Data, so that the core can reckon with them. */
export interface Limits {
  /** The longest text of one message, in the unit of {@link Adapter.measure}. */
  readonly text: number
  /** The least time between two edits of one message, in milliseconds. */
  readonly editEvery: number
  /** The largest file that can be sent, unless {@link Adapter.fileBytesAt} says otherwise; absent or 0: none can. */
  readonly fileBytes?: number
  /** The largest picture that can stand in a text; absent or 0: none can, they are shown as links. */
  readonly pictureBytes?: number
  /** The most choices that a prompt can show as buttons. 0: the core writes them out with numbers and takes the typed answer. */
  readonly buttons: number
}

/** Why a call to a platform failed, as far as it matters for what to do next. */
export type Fault =
  | 'auth' // the token is wrong or revoked: an operator must act
  | 'forbidden' // not allowed in this chat: no retry helps
  | 'gone' // the chat, thread or message is no longer there
  | 'throttled' // too fast: try again after `retryAfter`
  | 'rejected' // the platform refuses this content
  | 'unsupported' // the platform, or this chat, has no such feature
  | 'network' // the platform cannot be reached, or failed on its side
  | 'unknown'

const longestWaitMs = 60 * 60 * 1000

/** The only error that an adapter's outbound methods throw. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError'
  readonly code: Fault
  /** Milliseconds to wait, where the platform said so. */
  readonly retryAfter: number | undefined
  /** True when the platform may have carried the call out all the same (a time-out after sending). */
  readonly uncertain: boolean
  /** True where a `throttled` draft was not even sent: the adapter keeps what is left of a rate for what is final, which need not wait. */
  readonly draftsOnly: boolean

  constructor(
    code: Fault,
    message: string,
    options: { cause?: unknown; retryAfter?: number; uncertain?: boolean; draftsOnly?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    // Platforms say it in headers that are not always numbers: what is no sensible wait is none.
    const { retryAfter } = options
    const sensible = retryAfter !== undefined && retryAfter >= 0
    this.retryAfter = sensible ? Math.min(retryAfter, longestWaitMs) : undefined
    this.uncertain = options.uncertain ?? false
    this.draftsOnly = options.draftsOnly ?? false
  }
}

/** One argument of a {@link CommandInfo}, in order. */
export interface CommandArgument {
  readonly name: string
  /** `choice` one of `choices`; `text` the rest of the line. */
  readonly type: 'text' | 'number' | 'choice'
  readonly summary: string
  readonly choices?: readonly string[]
  /** Absent: it may be left out. */
  readonly required?: boolean
  /** True: {@link Bot.suggest} knows what may stand here. */
  readonly suggested?: boolean
}

/** What somebody is typing into an argument that is {@link CommandArgument.suggested}. */
export interface Typing {
  readonly command: string
  readonly argument: string
  /** So far; may be empty. */
  readonly typed: string
}

/** Something that the argument may be. */
export interface Suggestion {
  readonly value: string
  /** As people know it, in their language. Plain text, a line. */
  readonly label: string
}

/** The words about a command in another language. */
export interface CommandWords {
  readonly usage: string
  readonly summary: string
  /** Summaries of the arguments, by their names. */
  readonly arguments?: Readonly<Record<string, string>>
}

/** A chat command, for adapters that register commands or complete them. */
export interface CommandInfo {
  /** Without the slash, e.g. `model`. */
  readonly name: string
  /** Its arguments as shown to people, e.g. `[name]`. */
  readonly usage: string
  readonly summary: string
  /** Set when Claude carries it out. */
  readonly by?: 'claude'
  /**
   * When it is taken up: at once; in its order, behind the messages before it; in its order, as a turn of Claude's; or
   * at once, by Claude, beside the turn. Absent: at once.
   */
  readonly when?: 'now' | 'in-order' | 'turn' | 'aside'
  /** The same arguments as data; absent: it takes none. */
  readonly arguments?: readonly CommandArgument[]
  /** By language (`zh`): what is English above. */
  readonly localized?: Readonly<Record<string, CommandWords>>
}

/** A logger, already bound to the adapter. Message texts and secrets are redacted by it. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Up to where the bot has heard one chat. */
export interface HeardMark {
  readonly address: Address
  /** Id of the last message that came from there; absent: only the time is known. */
  readonly id?: string
  /** Milliseconds since 1970, by the platform's clock. */
  readonly at: number
}

/** What is pressed on a {@link Page}, or under a {@link TextReply}: a message of whoever presses it. */
export interface PageButton {
  readonly label: string
  readonly style?: Choice['style']
  /** The text of that message, e.g. `/stop`. */
  readonly says: string
  /** Where it is said. */
  readonly address: Address
}

/** A piece of a {@link Page}. Plain text. */
export type PagePart =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'line'
      readonly text: string
      /** Said smaller, under it. */
      readonly detail?: string
      readonly button?: PageButton
    }

/** What somebody has with the bot: their running turns, their sessions, what they used. As it is now. */
export type Page = readonly PagePart[]

/** What an adapter keeps between runs: with the bot's records, tokens of workspaces too. Rejects when the disk fails. */
export interface Keep {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
  /** All that is kept, in no order. */
  entries(): AsyncIterable<readonly [key: string, value: string]>
}

/** What an adapter is handed at start. */
export interface Bot {
  /** Resolves once the message is on disk, not when it is answered. Acknowledge the platform after that. */
  receive(inbound: Inbound): Promise<Receipt>
  /**
   * The adapter is connected again after a gap, which began at `since` (milliseconds since 1970) where it knows: the
   * core asks {@link Adapter.history} for what came meanwhile. After a start it asks by itself.
   */
  missed(since?: number): void
  /**
   * Somebody is seen to type where what they write is for the bot: the session that it will go to is woken, so that the
   * answer need not wait for that, where a place for its process is free. Returns at once; may be called again and again.
   */
  expects(address: Address, from: Person, direct: boolean): void
  /** Somebody's own page, in their language, for platforms that show each their own. `address`: the direct chat with them. */
  page(from: Person, address: Address): Promise<Page>
  /** What somebody of this adapter can see and do besides writing messages. */
  office(from: Person): Office
  /** Is all there that a message needs? The store, the queue, the CLI: one finding each. Never rejects. */
  readiness(): Promise<readonly Finding[]>
  /**
   * What fits what somebody is typing, the likeliest first; nothing for whoever may not talk to the bot. Rejects when the
   * records cannot be read.
   */
  suggest(
    from: Person,
    where: Pick<Arrival, 'address' | 'direct'>,
    typing: Typing,
  ): Promise<readonly Suggestion[]>
  /** What the bot does, in figures. */
  readonly measures: Measures
  readonly keep: Keep
  readonly commands: readonly CommandInfo[]
  readonly log: Log
  /** One line that greets people who see the bot first, e.g. `on the stand-in model, nothing leaves this machine`. */
  readonly greeting: string
  /** Asks the program to end, as SIGTERM does: the only user has left. */
  leave(exitCode: number): void
}

/**
 * One platform. A method that is absent is a capability that is absent.
 * Outbound methods throw {@link AdapterError} only, and never retry: the core does.
 */
export interface Adapter {
  readonly name: string
  readonly limits: Limits
  /** True when its only user is whoever started the process (the terminal): access lists do not apply. */
  readonly local?: boolean
  /**
   * True when its users are programs that make sessions of their own: each thread is a conversation of its own in its
   * person's walls, whatever the configured scope, and each message has an answer of its own, however fast they come.
   */
  readonly programs?: boolean
  /** What the adapter's own settings make of an account, e.g. by the scope of an API key; undefined: nothing. */
  vouches?(user: string): 'member' | 'operator' | 'admin' | undefined
  /**
   * What leads the CLI of a session to a model gateway of the adapter's: variables of its environment, made anew for each
   * process. Others stay: name what is to be empty. No secret of the operator's, for Claude's commands see them. `session`:
   * the CLI's id; `model`: what was chosen for it. Absent: it has none, and no session can wish for it.
   */
  gateway?(session: string, model: string | undefined): Readonly<Record<string, string>>
  /** Resolves when ready to receive; rejects with {@link AdapterError}. Aborting the signal stops it too. */
  start(bot: Bot, signal: AbortSignal): Promise<void>
  /** Stops receiving, finishes sends in flight. Safe to call twice. */
  stop(): Promise<void>
  /** Length of this Markdown once rendered, in the platform's own unit. */
  measure(markdown: string): number
  /** The largest file that this chat takes, as far as that is known now. Absent: all take the same. */
  fileBytesAt?(to: Address): number
  send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent>
  /** Replaces what stands. Without it an answer is sent once, when it is whole. */
  edit?(sent: Sent, reply: Reply, signal?: AbortSignal): Promise<void>
  /**
   * Shows a turn natively as it runs. `key` as in {@link Reply}; `asker`: whose message it answers, with the language that
   * they are spoken to in as `locale`. Undefined: not in this chat.
   */
  stream?(to: Address, key: string, asker: Person, signal?: AbortSignal): ReplyStream | undefined
  /** Shows that an answer to `asker` is on its way; the core repeats it every 5 s. */
  typing?(to: Address, asker: Person): Promise<void>
  /** The content of a file that arrived at this address. May end early by an {@link AdapterError}. */
  download?(
    attachment: Attachment,
    address: Address,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>
  /**
   * What people wrote in these chats after the marks, in the order of each chat: the same as would have come live, with
   * the same ids. What came live meanwhile may be among it: the core knows what it had.
   */
  history?(marks: readonly HeardMark[], signal: AbortSignal): AsyncIterable<Inbound>
  /**
   * Does a message that may have been sent with this key, a crash or a fault ago, stand in the chat? `reply`: what it was
   * to say, where that is known, for platforms that keep no key with a message. Undefined: no, or `send` would not double it.
   */
  find?(to: Address, key: string, reply?: Reply): Promise<Sent | undefined>
}

/** What `adapters/<name>/settings.ts` exports, read before the adapter's SDK is. */
export interface AdapterSettings<T> {
  /** Parses the adapter's config block; a zod schema does. */
  readonly schema: { parse(value: unknown): T }
  /** Environment variables that switch the adapter on when no config file is there: key -> variable. */
  readonly environment: Readonly<Record<string, string>>
}

/** Something that a newcomer is asked for. */
export interface SetupQuestion {
  /** The setting that it becomes; one of a group as `group.setting`. */
  readonly key: string
  /** What is wanted, and where it is found, in a line. */
  readonly ask: string
  /** True: what is typed is not shown. */
  readonly secret?: boolean
}

/** How a newcomer gets from nothing to a bot on this platform. Plain text, for a terminal. */
export interface SetupGuide {
  /** What the platform's console takes as it is, e.g. the manifest of an app. */
  readonly file?: { readonly name: string; readonly content: string }
  /** What to do there, in order. */
  readonly steps: readonly string[]
  /** What the steps have brought. */
  readonly questions: readonly SetupQuestion[]
  /** Settings that are not asked for. */
  readonly settings?: Readonly<Record<string, string>>
  /** Settings that these take the place of: the environment may have them, and they are not taken from it. */
  readonly instead?: readonly string[]
  /** How people find the id that access lists name them by. */
  readonly ownId: string
}

/** What was found when settings were tried on the platform. */
export interface Finding {
  readonly ok: boolean
  /** E.g. `the app lacks the scope files:read`. */
  readonly what: string
  /** What to do about it, and where to click. */
  readonly advice?: string
}

/** What `adapters/<name>/setup.ts` exports as `setup`, where there is one. Loaded by `parley init` and `doctor` alone. */
export interface AdapterSetup<T> {
  /** `url`: where the platform can reach the bot, e.g. `https://bot.example.com`; absent: the bot connects by itself. */
  guide(url: string | undefined): SetupGuide
  /** The same for one bot in several workspaces, guilds or tenants, each of which installs it by itself. */
  several?(url: string): SetupGuide
  /** What is left to do on the platform once the settings are known, in order; tried after that. Never rejects. */
  next?(settings: T): Promise<readonly string[]>
  /** Tries the settings on the platform and changes nothing there. Never rejects: what fails is a finding. */
  check(settings: T): Promise<readonly Finding[]>
}

/** The default export of `adapters/<name>/index.ts`. */
export type CreateAdapter<T> = (settings: T) => Adapter
