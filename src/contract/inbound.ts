/** What arrives: messages, edits, deletions and answers, in one shape for all platforms. Plain JSON. */

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

export interface Arrival {
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
  /**
   * W3C `traceparent`: from an adapter that of whoever called it, where they told. Set by the core: the receipt's own, kept
   * with the message so that its trace goes on after a restart.
   */
  readonly trace?: string
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
