/** One conversation, held by this node: what it works on, whether it idles, when it must go. */
import type { Message, Outcome, Sent } from '../../contract.ts'
import { longest } from '../delays.ts'
import { isThere, whereTheyBelong } from '../moved.ts'
import { QueueError } from '../port.ts'
import type { Activation, Envelope, Outgoing } from '../port.ts'
import type { Script } from './connection.ts'
import type { Claim } from './jobs.ts'
import * as lua from './lua/hold.ts'
import { open, since } from './lua/inbox.ts'
import { replyRow, type Stored, storedAll, storedOf } from './rows.ts'

/** What a {@link Hold} needs from its surroundings. */
export interface Desk {
  script(script: Script, values: object): Promise<unknown>
  /** Does this node send replies itself? */
  sends(): boolean
  /** Called when a commit is done. */
  ended(replies: readonly Outgoing[]): void
  /** Called when the hold has begun to idle. */
  idle(): void
  /** True when more places are wanted than idle holds could leave. */
  wanted(): boolean
  /** True when this conversation had its share and others have waited for a place for too long. */
  overdue(): boolean
  closed(): boolean
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
  readonly claim: Claim
  readonly epoch: string
  /** Since when it is ours for another lease, by performance.now(). */
  renewedAt: number
  expectedAgain = false
  progress = false
  parked: { readonly waitsFor: string; readonly at: number; awake: boolean } | undefined
  leaving = false
  /** Since when it idles, by performance.now(); undefined: it works, or is being handed something. */
  idleSince: number | undefined
  /** What was handed out or joined and has not ended, by id; the one handed out first. */
  readonly #held = new Map<string, Stored>()
  readonly #joined = new Set<string>()
  readonly #desk: Desk
  readonly #controller = new AbortController()
  #waiter: Waiter | undefined
  #stayUntil = 0
  #listener: ((envelope: Envelope) => void) | undefined
  #onWanted: (() => void) | undefined
  #over = false
  /** How often something came, or may have. */
  #news = 0
  /** The news that the last look at the inbox knows of; whether it saw more than the head. */
  #seen = { news: 0, more: true }
  /** Sequence of the last message that was told of, or handed out. */
  #told = '0'
  #telling: Promise<void> | undefined
  #looking = false

  constructor(claim: Claim, epoch: string, desk: Desk) {
    this.conversation = claim.conversation
    this.claim = claim
    this.epoch = epoch
    this.renewedAt = claim.askedAt
    this.#desk = desk
  }

  get expected(): boolean {
    return this.claim.expected
  }

  get held(): readonly Envelope[] {
    return [...this.#held.values()].map(({ envelope }) => envelope)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get behind(): boolean {
    return this.#seen.more || this.#seen.news !== this.#news
  }

  get stays(): boolean {
    return this.#stayUntil > performance.now()
  }

  get wanted(): boolean {
    return this.#desk.wanted()
  }

  now(envelope: Envelope): Envelope {
    return this.#held.get(envelope.id)?.envelope ?? envelope
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
      void this.#look()
    })
  }

  stay(forMs: number): void {
    const now = performance.now()
    const over = forMs === 0 && this.stays
    this.#stayUntil = now + forMs
    if (this.#waiter === undefined) return
    if (over) this.#waiter.until = now + this.#waiter.idleMs
    if (this.idleSince !== undefined) this.#awaitIdleness(this.#waiter)
  }

  onWanted(listener: () => void): void {
    this.#onWanted = listener
  }

  tellWanted(): void {
    this.#onWanted?.()
  }

  onArrival(listener: (envelope: Envelope) => void): void {
    this.#listener = listener
  }

  park(waitsFor: string): void {
    this.parked ??= { waitsFor, at: performance.now(), awake: false }
    this.leaving = true
  }

  async join({ id }: Envelope): Promise<Envelope | undefined> {
    if (this.#held.has(id) || this.#held.size === 0 || this.#lost) return undefined
    const answer = await this.#script(lua.join, { id })
    const [held, row] = Array.isArray(answer) ? answer : []
    if (held !== 1 || row === undefined || this.#lost) return undefined
    const joined = storedOf(row)
    this.#held.set(id, joined)
    this.#joined.add(id)
    return joined.envelope
  }

  async part({ id }: Envelope): Promise<void> {
    if (!this.#joined.has(id)) return
    this.#news++
    await this.#script(lua.part, { id })
    this.#let(id)
  }

  async draft(envelope: Envelope, sent: Sent): Promise<void> {
    for (;;) {
      const stored = this.#check(envelope)
      // It stands in a chat that the message was moved away from just now.
      if (!isThere(stored.envelope.message.movedTo, sent)) return
      const { version } = stored
      const values = { id: envelope.id, version, draft: JSON.stringify(sent) }
      const done = await this.#script(lua.draft, values)
      if (done === 1) return
      if (done !== 2) throw this.#fenced(envelope.id, 'it is not being worked on here')
      await this.refresh()
    }
  }

  async commit(
    envelopes: readonly Envelope[],
    outcome: Outcome,
    replies: readonly Outgoing[],
  ): Promise<void> {
    const ids = envelopes.map(({ id }) => id)
    for (;;) {
      const [first] = envelopes.map((envelope) => this.#check(envelope))
      const there = whereTheyBelong(first?.envelope.message.movedTo, replies)
      const done = await this.#script(lua.commit, {
        ids,
        version: first?.version ?? '0',
        outcome,
        replies: there.map(replyRow),
        sends: this.#desk.sends(),
      })
      if (done === 1) break
      if (done !== 2) throw this.#fenced(ids.join(', '), 'it has ended already, or another node works on it')
      await this.refresh()
    }
    for (const id of ids) this.#let(id)
    this.progress = true
    this.#desk.ended(replies)
  }

  /** A message for this conversation comes, or has come. */
  arrived(): void {
    this.#news++
    if (this.idleSince !== undefined) void this.#look()
    else if (this.#held.size > 0 && !this.#looking) this.#telling ??= this.#tell()
  }

  /** The last message that the conversation has, as another look found it. */
  seen(sequence: number): void {
    if (sequence > Number(this.#told)) this.arrived()
  }

  /** A message is about to come by this node: from now on something may wait. */
  announce(): void {
    this.#news++
  }

  /** Some of what is worked on was moved. */
  async refresh(): Promise<void> {
    for (const stored of storedAll(await this.#script(open, { ids: [...this.#held.keys()] }))) {
      if (this.#held.has(stored.envelope.id)) this.#held.set(stored.envelope.id, stored)
    }
  }

  /** Of one that was moved by this node. */
  moved(id: string, message: Message): void {
    const stored = this.#held.get(id)
    if (stored === undefined) return
    const { draft: _draft, ...rest } = stored.envelope
    const version = String(Number(stored.version) + 1)
    this.#held.set(id, { ...stored, version, envelope: { ...rest, message } })
  }

  /** Tells it to go: at once when it idles, else at its next `next`. */
  leave(): void {
    this.leaving = true
    if (this.idleSince !== undefined) this.#answer(undefined)
  }

  /** The hold is lost: nothing it commits counts any more. */
  abort(reason: QueueError): void {
    this.leaving = true
    if (!this.signal.aborted) this.#controller.abort(reason)
    this.#answer(undefined)
  }

  /** The run has returned: what it still tries to commit is refused. */
  async release(): Promise<void> {
    this.#over = true
    this.#answer(undefined)
    await this.#telling
  }

  get #lost(): boolean {
    return this.#over || this.signal.aborted
  }

  #let(id: string): void {
    this.#held.delete(id)
    this.#joined.delete(id)
  }

  async #look(): Promise<void> {
    this.#stopIdling()
    this.#looking = true
    const { news } = this.#seen
    try {
      do {
        const before = this.#news
        const answer = await this.#script(lua.take, { joined: [...this.#joined] })
        const [holds, row, more, last] = Array.isArray(answer) ? answer : []
        if (holds !== 1) return this.abort(lostTo(this.conversation))
        for (const id of this.#joined) this.#let(id)
        this.#seen = { news: before, more: more === 1 }
        if (row !== undefined) return this.#give(storedOf(row), String(last))
      } while (this.#seen.news !== this.#news && !this.leaving && !this.#lost)
      this.#startIdling()
    } catch (error) {
      this.#seen = { news, more: true }
      this.#waiter?.reject(error)
      this.#waiter = undefined
    } finally {
      this.#looking = false
    }
  }

  #give(stored: Stored, last: string): void {
    this.#told = last
    if (this.#lost) return this.#answer(undefined)
    this.#held.set(stored.envelope.id, stored)
    this.#answer(stored.envelope)
  }

  #startIdling(): void {
    if (this.#lost || this.leaving) return this.#answer(undefined)
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

  /** Calls the listener with what came since, in order, each once. */
  async #tell(): Promise<void> {
    try {
      let news: number
      do {
        news = this.#news
        for (const { envelope, extra } of storedAll(await this.#script(since, { after: this.#told }))) {
          if (this.#held.size === 0 || this.#lost) return
          if (Number(extra) <= Number(this.#told)) continue
          this.#told = String(extra)
          this.#listener?.(envelope)
        }
      } while (news !== this.#news)
    } catch {
      // Nothing is lost by it: `next` hands out what nobody was told of, and each beat looks again.
    } finally {
      this.#telling = undefined
    }
  }

  #script(script: Script, values: object): Promise<unknown> {
    return this.#desk.script(script, { conv: this.conversation, epoch: this.epoch, ...values })
  }

  #check(envelope: Envelope): Stored {
    if (this.#desk.closed()) throw new QueueError('closed', 'The queue is closed.')
    if (this.#lost) throw this.#fenced(envelope.id, 'the hold on its conversation was lost')
    const stored = this.#held.get(envelope.id)
    if (stored === undefined) throw this.#fenced(envelope.id, 'it is not being worked on here')
    return stored
  }

  #fenced(id: string, why: string): QueueError {
    return new QueueError('fenced', `Message ${id} of ${this.conversation} was not changed: ${why}.`)
  }
}

export function lostTo(conversation: string): QueueError {
  return new QueueError(
    'fenced',
    `This node holds ${conversation} no more: it was not heard of for too long, and another may have it.`,
  )
}
