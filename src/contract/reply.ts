/** What goes back: texts, prompts, files, and turns while they run. Plain JSON but for {@link ReplyStream}. */
import type { Address } from './inbound.ts'
import type { TurnStep } from './steps.ts'

interface Outward {
  /**
   * Stable across retries and restarts: platforms that can drop a repeated send are given it. What answers a message
   * begins with `<adapter>:<id of the message>/`.
   */
  readonly key: string
  /** What its reader speaks (`en`, `zh`), for what is added to it on the way; absent: unknown. */
  readonly language?: string
  /** W3C `traceparent` of what it came from. Set by the core where traces are kept. */
  readonly trace?: string
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
   * Absent: nothing of it stays in the chat once the process is gone. Where it goes on in further messages its id changes,
   * and stands for all of them: `edit` leaves one.
   */
  readonly sent?: Sent | undefined
  /** Shows the turn as it stands. May throw {@link AdapterError}; the core then falls back to plain sends. */
  show(view: TurnView): Promise<void>
  /** Told of each step as it happens, also before the first `show`. Absent: views are enough. Never throws, and returns at once. */
  tell?(step: TurnStep): void
  /**
   * Ends with the reply, whose text is whole and may be beyond {@link Limits.text}. `parts`: the messages that it takes, each
   * within that; absent: it is one. True: all of it stands. Messages: so many of the parts stand in them, the rest is sent.
   * False: it could not; `abandon` follows and the reply is sent.
   */
  finish(reply: TextReply, parts?: readonly TextReply[]): Promise<boolean | readonly Sent[]>
  /** Ends without a reply: what was shown is taken back, or marked as unfinished. May follow `finish`. Never throws. */
  abandon(): Promise<void>
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
