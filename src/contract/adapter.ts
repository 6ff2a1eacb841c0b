/** One platform: what it can do, its numbers, and how its calls fail. */
import type { Bot, HeardMark } from './bot.ts'
import type { Address, Attachment, Inbound, Person } from './inbound.ts'
import type { Reply, ReplyStream, Sent } from './reply.ts'

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
   * process. Others stay: name what is to be empty. Its key (ANTHROPIC_AUTH_TOKEN or ANTHROPIC_API_KEY) is kept from the
   * process; of all else Claude's commands can tell. `model`: what was chosen for the session. Absent: it has none, and no
   * session can wish for it.
   */
  gateway?(model: string | undefined): Readonly<Record<string, string>>
  /** Is its connection to the platform up? Absent: it is reached, and connects to nothing. */
  connected?(): boolean
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

/** The default export of `adapters/<name>/index.ts`. */
export type CreateAdapter<T> = (settings: T) => Adapter
