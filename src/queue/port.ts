/**
 * The queue's port. Both drivers pass one contract suite (test/src/queue/contract.ts).
 *
 * A job is an activation of a conversation, not a message: at most one activation of a conversation is
 * active at a time, it holds the conversation's warm CLI process for as long as it lasts, and takes the
 * conversation's messages in order. Messages are on disk from {@link Queue.accept} on and stay at the head of
 * their conversation until {@link Activation.commit}; whatever dies in between, they are handed out again.
 */
import type { Address, Message, Outcome, Reply, Sent } from '../contract.ts'

/** An accepted message. */
export interface Envelope {
  /** Unique in the queue: `<adapter>:<inbound id>`. */
  readonly id: string
  readonly conversation: string
  readonly message: Message
  /** Milliseconds since 1970, by our clock. */
  readonly acceptedAt: number
  /** How often it was handed out, this time included; 0: it waits. Above 1: somebody died while working on it. */
  readonly attempt: number
  /** How many of the earlier attempts nobody ended on purpose: a crash, a kill, an error. A clean stop does not count. */
  readonly died: number
  /** The unfinished message that an earlier attempt left in the chat. */
  readonly draft?: Sent
}

/** A reply to be put into the outbox. */
export interface Outgoing {
  /** Unique and stable: the same key is put into the outbox once. Equals `reply.key`. */
  readonly key: string
  readonly conversation: string
  readonly address: Address
  readonly reply: Reply
  /** What the reply replaces, where the adapter can edit. */
  readonly draft?: Sent
  /** Key of an earlier reply of this conversation that this one replaces by an edit (a prompt that is settled). */
  readonly replaces?: string
}

/** A reply in the outbox. */
export interface Delivery extends Outgoing {
  /** How often it was handed out, this time included. Above 1: parts of it may stand in the chat already. */
  readonly attempt: number
  /** The parts that are known to stand in the chat, in order. */
  readonly parts: readonly Sent[]
  /** What stands in the chat of the reply named by `replaces`, in order; empty: nothing does, or nothing is known of it any more. */
  readonly replaced: readonly Sent[]
  /** Remembers, durably, that one more part stands in the chat. */
  readonly delivered: (part: Sent) => Promise<void>
}

/** How a hand-out of a {@link Delivery} ended: `later` tries again after so many milliseconds. */
export type Delivered =
  | { readonly state: 'sent' }
  | { readonly state: 'undeliverable'; readonly reason: string }
  | { readonly state: 'later'; readonly afterMs: number; readonly reason: string }

/** A message's way so far, for /status and for tests. */
export interface Account {
  readonly id: string
  readonly conversation: string
  readonly state: 'waiting' | 'running' | Outcome
  /** Replies to it that are not in the chat yet. */
  readonly undelivered: number
}

/**
 * What an edit found: `unchanged` the message says that already, or did when it ended; `ended` it said something else;
 * `unknown` nobody knows it, or it is somebody else's.
 */
export type Amended = 'amended' | 'unchanged' | 'running' | 'ended' | 'unknown'
export type Withdrawn = 'withdrawn' | 'running' | 'ended' | 'unknown'

/** One conversation, held by this process. */
export interface Activation {
  readonly conversation: string
  /** True: no message waited, see {@link Queue.expect}. */
  readonly expected: boolean
  /** Aborted when the hold on the conversation is lost or the queue closes: end the CLI, commit nothing. */
  readonly signal: AbortSignal
  /**
   * The next message in order. Waits up to `idleMs` for one; undefined: nothing came, or the place is wanted
   * by another conversation and this one is idle longest (or has not been idle while the other waited 30 s), or
   * the queue is closing. Return then.
   */
  next(idleMs: number): Promise<Envelope | undefined>
  /**
   * Something goes on here without a message: for so many milliseconds {@link next} does not end for idleness, and
   * makes way for other conversations last. 0: it is over, and idleness counts anew.
   */
  stay(forMs: number): void
  /** False: nothing waits behind what was handed out last, so there is nothing to look for. True: something may. */
  readonly behind: boolean
  /** Calls back with each message that is on disk and waits because another one is worked on, in order. */
  onArrival(listener: (envelope: Envelope) => void): void
  /** Does another conversation want this place, with none idle that could leave its own? */
  readonly wanted: boolean
  /** Calls back when that begins, and whenever it is looked at again. */
  onWanted(listener: () => void): void
  /**
   * Gives the place up in the middle of a message, which speaks against nobody: it is handed out again after
   * {@link Queue.wake}, or at the next start. `waitsFor` names what is missing. Return then.
   */
  park(waitsFor: string): void
  /**
   * Takes a message that waits into the work on the one that was handed out, as it stands now. Undefined: it does
   * not wait any more. One that is not committed with the others is handed out by `next` in its turn.
   */
  join(envelope: Envelope): Promise<Envelope | undefined>
  /** Undoes a {@link join}: the message waits as before. */
  part(envelope: Envelope): Promise<void>
  /** The message as it stands now: it may have been moved to another chat since it was handed out. */
  now(envelope: Envelope): Envelope
  /** Remembers, durably, the unfinished message that now stands in the chat. */
  draft(envelope: Envelope, sent: Sent): Promise<void>
  /**
   * Ends messages that were handed out or joined, all with one outcome, and puts the replies into the outbox, in one
   * transaction. What was moved meanwhile is answered where it was moved to. Throws {@link QueueError} `fenced` when
   * the hold was lost meanwhile: somebody else does or did it.
   */
  commit(envelopes: readonly Envelope[], outcome: Outcome, replies: readonly Outgoing[]): Promise<void>
}

export interface QueueLimits {
  /** Most activations at a time: the bound on warm CLI processes. */
  readonly activations: number
}

export interface Counts {
  readonly waiting: number
  readonly running: number
  readonly undelivered: number
  readonly activations: number
}

export interface Queue {
  /** Resolves when the message is on disk. `duplicate`: its id came within the last 8 hours. */
  accept(id: string, conversation: string, message: Message): Promise<'accepted' | 'duplicate'>
  /** Like accept and commit at once, for what is answered on the spot (chat commands). */
  settle(
    id: string,
    conversation: string,
    message: Message,
    outcome: Outcome,
    replies: readonly Outgoing[],
  ): Promise<'accepted' | 'duplicate'>
  /**
   * Puts replies into the outbox that end no message: reminders, background results. Resolves with how many of
   * them are new: a key that is known is passed over.
   */
  post(replies: readonly Outgoing[]): Promise<number>
  /** Starts handing out conversations. `run` returns when `next` gave undefined; it may throw: the head is handed out again, later each time. */
  work(run: (activation: Activation) => Promise<void>, limits: QueueLimits): void
  /** Changes the limits of `work` while it runs. */
  limit(limits: QueueLimits): void
  /**
   * Hands out no more messages until {@link resume}; those that come are taken in, and wait. Resolves when none is worked
   * on any more, or it was resumed. Safe to call twice.
   */
  pause(): Promise<void>
  resume(): void
  /**
   * A message for this conversation is likely to come: it is handed out without one, if a place is free or one has idled
   * for a minute. It is no promise, and nothing waits for it.
   */
  expect(conversation: string): void
  /** Starts handing out replies: in order within a conversation, conversations side by side. */
  deliver(send: (delivery: Delivery) => Promise<Delivered>): void
  /** Hands out what waits for `later` at once: the adapter is connected again. */
  retry(adapter: string): void
  /** The conversations with messages that have not ended, the one that waits longest first. */
  lanes(): Promise<readonly string[]>
  /** Ends messages that wait, not the running one. Returns those ended. */
  cancel(
    conversation: string,
    replies: (envelope: Envelope) => readonly Outgoing[],
  ): Promise<readonly Envelope[]>
  /** What this conversation gave up its place for, see {@link Activation.park}; undefined: it waits for nothing. */
  parked(conversation: string): string | undefined
  /** What a parked conversation waited for is there. */
  wake(conversation: string): void
  /** The same for all that wait for this. */
  wakeAll(waitsFor: string): void
  /** Changes the text of a message that waits, for its author; its place in the line stays. */
  amend(id: string, edit: Pick<Message, 'from' | 'text'>): Promise<Amended>
  /** Ends one message that waits, as `cancelled`. */
  withdraw(id: string, replies: readonly Outgoing[]): Promise<Withdrawn>
  /**
   * Messages that wait or run are answered elsewhere from now on, and what stands unfinished of them is let go of, in
   * one transaction with the replies that say so. Returns them as they were.
   */
  move(
    conversation: string,
    fits: (envelope: Envelope) => boolean,
    to: NonNullable<Message['movedTo']>,
    replies: (moved: readonly Envelope[]) => readonly Outgoing[],
  ): Promise<readonly Envelope[]>
  /** What waits in a conversation, in order; the running message first. `most`: only so many of them, from the first. */
  waiting(conversation: string, most?: number): Promise<readonly Envelope[]>
  /** How many replies to a conversation wait because one could not be sent; 0: all are sent, or on their way. */
  undelivered(conversation: string): Promise<number>
  /** How many replies to a conversation do not stand in the chat yet, for whatever reason. */
  unsent(conversation: string): Promise<number>
  /** Paths of the files and pictures of replies that do not stand in the chat yet. */
  promised(): Promise<readonly string[]>
  account(id: string): Promise<Account | undefined>
  counts(): Promise<Counts>
  /** Resolves when no message waits or runs and no reply is undelivered (those put off to `later` included). */
  idle(): Promise<void>
  /**
   * Hands out no more messages, aborts activations that run after `graceMs`, sends what they have said as far as
   * the grace allows (a second at the least), waits 5 s for sends in flight, closes. What is left is handed out at
   * the next start.
   */
  close(graceMs: number): Promise<void>
}

/** `fenced` the hold on a conversation was lost; `closed` the queue is closed; `storage` the disk or server failed; `locked` another process uses this data directory. */
export class QueueError extends Error {
  override readonly name = 'QueueError'
  readonly code: 'fenced' | 'closed' | 'storage' | 'locked'

  constructor(code: QueueError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}
