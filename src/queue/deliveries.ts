/** Hands out replies: one at a time in a conversation, in order; conversations side by side. */
import { once } from 'node:events'
import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { Log } from '../contract.ts'
import { backOff, Delays } from './delays.ts'
import type { Outbox } from './outbox.ts'
import type { Delivered, Delivery } from './port.ts'
import type { Waiting } from './rows.ts'

type Send = (delivery: Delivery) => Promise<Delivered>

/** Most replies on their way at a time. */
const SIDE_BY_SIDE = 64
/** A reply taken in a transaction that is under way: one of the two has to be called. */
export interface Sending {
  /** The transaction is on disk. */
  readonly begin: () => void
  /** It failed, and with it the taking. */
  readonly giveBack: () => void
}

/** Nothing was taken: {@link Deliveries.arrived} tells of what was written. */
const nothing: Sending = { begin: () => undefined, giveBack: () => undefined }

/** How long a send that is on its way when the queue closes may take. */
const LAST_SENDS_MS = 5000

export class Deliveries {
  readonly #outbox: Outbox
  readonly #writer: GroupCommit
  readonly #log: Log
  readonly #ended: () => void
  /** Conversations with replies to send; the first waits longest. */
  readonly #ready = new Set<string>()
  readonly #busy = new Map<string, Promise<void>>()
  readonly #putOff = new Delays()
  /** Conversations whose first reply is taken by a transaction that is under way. */
  readonly #taken = new Set<string>()
  /** How often an adapter has asked for a retry: tells a hand-out that one came while it was on its way. */
  readonly #retries = new Map<string, number>()
  #send: Send | undefined
  #closing = false

  /** `ended` is called whenever a reply is off the list. */
  constructor(outbox: Outbox, writer: GroupCommit, log: Log, ended: () => void) {
    this.#outbox = outbox
    this.#writer = writer
    this.#log = log
    this.#ended = ended
  }

  start(send: Send): void {
    if (this.#send !== undefined) throw new Error('deliver() was called twice')
    this.#send = send
    this.arrived(this.#writer.read(() => this.#outbox.conversations()))
  }

  /** These conversations have new replies. */
  arrived(conversations: Iterable<string>): void {
    if (this.#send === undefined || this.#closing) return
    for (const conversation of conversations) {
      if (!this.#putOff.has(conversation)) this.#ready.add(conversation)
    }
    this.#schedule(this.#send)
  }

  /** Takes a conversation's first reply in the current transaction, where it is its turn. */
  take(conversation: string): Sending {
    const send = this.#send
    if (send === undefined || this.#closing || this.#busy.size >= SIDE_BY_SIDE) return nothing
    if ([this.#busy, this.#ready, this.#taken, this.#putOff].some((set) => set.has(conversation)))
      return nothing
    const waiting = this.#outbox.take(conversation)
    if (waiting === undefined) return nothing
    this.#taken.add(conversation)
    return {
      begin: () => {
        this.#taken.delete(conversation)
        // Closed meanwhile: the reply is handed out at the next start.
        if (!this.#closing) this.#busy.set(conversation, this.#occupy(conversation, send, waiting))
      },
      giveBack: () => {
        this.#taken.delete(conversation)
        this.arrived([conversation])
      },
    }
  }

  /** Does a reply of this conversation wait to be tried again? */
  putsOff(conversation: string): boolean {
    return this.#putOff.has(conversation)
  }

  retry(adapter: string): void {
    this.#retries.set(adapter, (this.#retries.get(adapter) ?? 0) + 1)
    this.#putOff.hurry(adapter)
  }

  /**
   * Goes on handing out for up to `withinMs`, then lets what is on its way end for a little longer. What is put off
   * or was not reached stays for the next start.
   */
  async close(withinMs: number): Promise<void> {
    const end = new AbortController()
    const timers = [
      setTimeout(() => (this.#closing = true), withinMs),
      setTimeout(() => end.abort(), withinMs + LAST_SENDS_MS),
    ]
    const overdue = once(end.signal, 'abort')
    while (this.#busy.size > 0 && !end.signal.aborted) {
      await Promise.race([Promise.all(this.#busy.values()), overdue])
    }
    for (const timer of timers) clearTimeout(timer)
    this.#closing = true
    this.#putOff.clear()
    if (this.#busy.size > 0)
      this.#log.warn({ sends: this.#busy.size }, 'sends did not end in time; they may be repeated')
  }

  #schedule(send: Send): void {
    for (const conversation of this.#ready) {
      if (this.#busy.size >= SIDE_BY_SIDE) return
      if (this.#busy.has(conversation) || this.#taken.has(conversation)) continue
      this.#ready.delete(conversation)
      this.#busy.set(conversation, this.#occupy(conversation, send))
    }
  }

  async #occupy(conversation: string, send: Send, taken?: Waiting): Promise<void> {
    const more = await this.#next(conversation, send, taken)
    this.#busy.delete(conversation)
    this.arrived(more ? [conversation] : [])
  }

  /** Hands out a conversation's first reply. True: it has more, now. Never rejects. */
  async #next(conversation: string, send: Send, taken: Waiting | undefined): Promise<boolean> {
    let failures = 1
    try {
      const waiting = taken ?? (await this.#writer.write(() => this.#outbox.take(conversation)))
      if (waiting === undefined) return false
      failures = waiting.attempt
      return await this.#handOut(waiting, send)
    } catch (err) {
      const againInMs = backOff(failures)
      this.#log.error({ conversation, againInMs, err }, 'a reply could not be handed out; it is tried again')
      this.#wait(conversation, againInMs, '')
      return false
    }
  }

  async #handOut(waiting: Waiting, send: Send): Promise<boolean> {
    const { seq, ...reply } = waiting
    const { key, conversation, attempt } = reply
    const { adapter } = reply.address
    const retries = this.#retries.get(adapter)
    const delivered = (part: Delivery['parts'][number]): Promise<void> =>
      this.#writer.write(() => this.#outbox.addPart(seq, part))
    const end = await send({ ...reply, delivered })
    if (end.state === 'later') {
      const againInMs = this.#retries.get(adapter) === retries ? end.afterMs : 0
      this.#log.info({ conversation, key, attempt, againInMs, reason: end.reason }, 'a reply is put off')
      this.#wait(conversation, againInMs, adapter)
      return false
    }
    if (end.state === 'undeliverable') {
      this.#log.warn({ conversation, key, attempt, reason: end.reason }, 'a reply is given up')
    }
    const more = await this.#writer.write(() => this.#outbox.end(seq, conversation))
    this.#ended()
    return more
  }

  #wait(conversation: string, ms: number, adapter: string): void {
    if (this.#closing) return
    // What came meanwhile must wait behind the reply that is put off.
    this.#ready.delete(conversation)
    this.#putOff.set(conversation, ms, () => this.arrived([conversation]), adapter)
  }
}
