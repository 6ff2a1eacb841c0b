/** One conversation, held: what it works on, whether it idles, when it must go. */
import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { Message, Outcome, Sent } from '../contract.ts'
import { longest } from './delays.ts'
import type { Sending } from './deliveries.ts'
import type { Inbox } from './inbox.ts'
import { isThere, whereTheyBelong } from './moved.ts'
import { QueueError } from './port.ts'
import type { Activation, Envelope, Outgoing } from './port.ts'

/** What a {@link Hold} needs from its surroundings. */
export interface Desk {
  readonly inbox: Inbox
  readonly writer: GroupCommit
  /** Ends messages in the current transaction and puts their replies into the outbox. False: one of them has ended before. */
  end(ids: readonly string[], outcome: Outcome, replies: readonly Outgoing[]): boolean
  /**
   * In the same transaction: takes the conversation's first reply, so that handing it out costs no second one.
   * Returns what to do when the transaction is on disk, or has failed.
   */
  send(conversation: string): Sending
  /** Called when `end` is on disk. */
  ended(replies: readonly Outgoing[]): void
  /** Called when the hold has begun to idle. */
  idle(): void
  /** True when more places are wanted than idle holds could leave. */
  wanted(): boolean
  /** True when this conversation had its share and others have waited for a place for too long. */
  overdue(): boolean
}

interface Waiter {
  readonly resolve: (envelope: Envelope | undefined) => void
  readonly reject: (error: unknown) => void
  readonly idleMs: number
  /** By performance.now(). */
  until: number
  timer?: NodeJS.Timeout
}

export class Hold implements Activation {
  readonly conversation: string
  readonly expected: boolean
  /** What was handed out or joined and has not ended, by id; the one handed out first. */
  readonly held = new Map<string, Envelope>()
  /** True once a message is expected although it is leaving. */
  expectedAgain = false
  /** True once a message was ended under this hold. */
  progress = false
  /** Set once it gave its place up in the middle of a message. */
  parked: { readonly waitsFor: string; awake: boolean } | undefined
  /** True once it was told to go: `next` gave undefined, or will. */
  leaving = false
  behind = true
  /** Since when it idles, by performance.now(); undefined: it works, or is being handed something. */
  idleSince: number | undefined

  readonly #desk: Desk
  readonly #controller = new AbortController()
  #waiter: Waiter | undefined
  /** Until then it is no idleness that no message comes; by performance.now(). */
  #stayUntil = 0
  /** Those of {@link held} that were joined. */
  readonly #joined = new Set<string>()
  #listener: ((envelope: Envelope) => void) | undefined
  #onWanted: (() => void) | undefined
  #over = false
  /** Id of what a transaction that is under way has taken. */
  #taken: string | undefined

  constructor(conversation: string, desk: Desk, expected: boolean) {
    this.conversation = conversation
    this.expected = expected
    this.#desk = desk
  }

  /** Is this message being worked on, or about to be? */
  works(id: string): boolean {
    return this.held.has(id) || this.#taken === id
  }

  /** Called in the transaction that says so on disk. */
  moved(id: string, message: Message): void {
    const held = this.held.get(id)
    if (held === undefined) return
    const { draft: _draft, ...rest } = held
    this.held.set(id, { ...rest, message })
  }

  now(envelope: Envelope): Envelope {
    return this.held.get(envelope.id) ?? envelope
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  next(idleMs: number): Promise<Envelope | undefined> {
    if (this.#waiter !== undefined) {
      return Promise.reject(new Error(`next() of ${this.conversation} was called while it waits`))
    }
    if (this.signal.aborted || this.leaving || this.#desk.overdue()) {
      this.leaving = true
      return Promise.resolve(undefined)
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject, idleMs, until: performance.now() + idleMs }
      this.#look()
    })
  }

  get stays(): boolean {
    return this.#stayUntil > performance.now()
  }

  stay(forMs: number): void {
    const now = performance.now()
    const over = forMs === 0 && this.stays
    this.#stayUntil = now + forMs
    if (this.#waiter === undefined) return
    if (over) this.#waiter.until = now + this.#waiter.idleMs
    if (this.idleSince !== undefined) this.#awaitIdleness(this.#waiter)
  }

  get wanted(): boolean {
    return this.#desk.wanted()
  }

  onWanted(listener: () => void): void {
    this.#onWanted = listener
  }

  /** Another conversation wants this place. */
  tellWanted(): void {
    this.#onWanted?.()
  }

  park(waitsFor: string): void {
    this.parked ??= { waitsFor, awake: false }
    this.leaving = true
  }

  onArrival(listener: (envelope: Envelope) => void): void {
    this.#listener = listener
  }

  async join(envelope: Envelope): Promise<Envelope | undefined> {
    if (this.held.has(envelope.id)) return undefined
    try {
      return await this.#desk.writer.write(() => {
        if (this.#over || this.signal.aborted || this.held.size === 0) return undefined
        const joined = this.#desk.inbox.join(envelope.id, this.conversation)
        // At once: whoever wants to change or withdraw it in the same transaction must see that it is worked on.
        if (joined !== undefined) {
          this.held.set(joined.id, joined)
          this.#joined.add(joined.id)
        }
        return joined
      })
    } catch (error) {
      this.#let(envelope.id)
      throw error
    }
  }

  async part({ id }: Envelope): Promise<void> {
    await this.#desk.writer.write(() => {
      if (!this.#joined.has(id)) return
      this.#desk.inbox.putBack(id)
      this.behind = true
      this.#let(id)
    })
  }

  async draft(envelope: Envelope, sent: Sent): Promise<void> {
    await this.#desk.writer.write(() => {
      this.#check(envelope)
      // It stands in a chat that the message was moved away from just now.
      if (!isThere(this.held.get(envelope.id)?.message.movedTo, sent)) return
      this.#desk.inbox.setDraft(envelope.id, sent)
    })
  }

  async commit(
    envelopes: readonly Envelope[],
    outcome: Outcome,
    replies: readonly Outgoing[],
  ): Promise<void> {
    const ids = envelopes.map(({ id }) => id)
    let sending: Sending | undefined
    try {
      await this.#desk.writer.write(() => {
        for (const envelope of envelopes) this.#check(envelope)
        const [first] = envelopes
        const movedTo = first && this.held.get(first.id)?.message.movedTo
        if (!this.#desk.end(ids, outcome, whereTheyBelong(movedTo, replies)))
          throw this.#fenced(ids.join(', '), 'it has ended already')
        sending = this.#desk.send(this.conversation)
      })
    } catch (error) {
      sending?.giveBack()
      throw error
    }
    for (const id of ids) this.#let(id)
    this.progress = true
    sending?.begin()
    this.#desk.ended(replies)
  }

  /**
   * A message for this conversation is on disk. A hold that is about to be handed something need not be told:
   * writers hear of their work in the order of the work, so a look that is still under way comes after the message
   * and finds it.
   */
  arrived(envelope?: Envelope): void {
    this.behind = true
    if (this.idleSince !== undefined) this.#look()
    else if (envelope !== undefined && this.held.size > 0) this.#listener?.(envelope)
  }

  /**
   * Keeps an idle hold for a message that is just being written; the caller must {@link give} it something,
   * or nothing, in the end. False: it does not idle.
   */
  claim(): boolean {
    if (this.idleSince === undefined) return false
    this.#stopIdling()
    return true
  }

  /** Takes the head of the inbox, in the current transaction. `alone`: there is nothing else in it. */
  take(alone: boolean): Envelope | undefined {
    // A hold that was lost meanwhile must not count an attempt that nobody makes.
    if (this.#over || this.signal.aborted) return undefined
    // What was joined and is not committed was not begun: it waits as before.
    for (const id of this.#joined) this.#desk.inbox.putBack(id)
    const envelope = this.#desk.inbox.take(this.conversation)
    this.#taken = envelope?.id
    this.behind = !alone
    return envelope
  }

  /** Ends a {@link claim}, or a look at the inbox, with what was taken. Undefined: there was nothing. */
  give(envelope: Envelope | undefined): void {
    this.#taken = undefined
    if (this.#over || this.signal.aborted) return this.#answer(undefined)
    for (const id of this.#joined) this.#let(id)
    if (envelope !== undefined) {
      this.held.set(envelope.id, envelope)
      return this.#answer(envelope)
    }
    if (this.leaving) return this.#answer(undefined)
    this.#startIdling()
  }

  /** Tells it to go: at once when it idles, else at its next `next`. */
  leave(): void {
    this.leaving = true
    if (this.idleSince !== undefined) this.#answer(undefined)
  }

  /** The hold is lost: nothing it commits counts any more. */
  abort(reason: QueueError): void {
    this.leaving = true
    this.#controller.abort(reason)
    this.#answer(undefined)
  }

  /** The run has returned: what it still tries to commit is refused. */
  release(): void {
    this.#over = true
    this.#answer(undefined)
  }

  #let(id: string): void {
    this.held.delete(id)
    this.#joined.delete(id)
  }

  #look(): void {
    this.#stopIdling()
    this.#desk.writer
      .write(() => this.take(false))
      .then(
        (envelope) => this.give(envelope),
        (error: unknown) => {
          this.#taken = undefined
          this.#waiter?.reject(error)
          this.#waiter = undefined
        },
      )
  }

  #startIdling(): void {
    if (this.#waiter === undefined) return
    this.idleSince = performance.now()
    this.#awaitIdleness(this.#waiter)
    this.#desk.idle()
  }

  #awaitIdleness(waiter: Waiter): void {
    clearTimeout(waiter.timer)
    const left = Math.max(waiter.until, this.#stayUntil) - performance.now()
    waiter.timer = setTimeout(() => this.leave(), longest(Math.max(0, left)))
  }

  #stopIdling(): void {
    clearTimeout(this.#waiter?.timer)
    this.idleSince = undefined
  }

  #answer(envelope: Envelope | undefined): void {
    this.#stopIdling()
    if (envelope === undefined) this.leaving = true
    this.#waiter?.resolve(envelope)
    this.#waiter = undefined
  }

  #check(envelope: Envelope): void {
    if (this.#over || this.signal.aborted)
      throw this.#fenced(envelope.id, 'the hold on its conversation was lost')
    if (!this.held.has(envelope.id)) throw this.#fenced(envelope.id, 'it is not being worked on here')
  }

  #fenced(id: string, why: string): QueueError {
    return new QueueError('fenced', `Message ${id} of ${this.conversation} was not changed: ${why}.`)
  }
}
