/** Who holds which conversation: starts activations up to the limit, evicts the one that idles longest. */
import type { Log, Message } from '../contract.ts'
import { Hold } from './activation.ts'
import type { Desk } from './activation.ts'
import { backOff, Delays } from './delays.ts'
import { QueueError } from './port.ts'
import type { Activation, Envelope, QueueLimits } from './port.ts'

type Run = (activation: Activation) => Promise<void>

/**
 * How long a conversation waits for a place while all places are busy. Then the next that ends a message makes
 * way, even if it has more: a conversation that never falls silent must not keep the others out.
 */
const PATIENCE_MS = 30_000

/** Whoever was silent for so long makes way for one that is expected. */
const IDLE_MS = 60_000

export class Activations {
  readonly #desk: Desk
  readonly #log: Log
  readonly #now: () => number
  readonly #holds = new Map<string, Hold>()
  readonly #running = new Map<Hold, Promise<void>>()
  /** Conversations that wait for a place, and since when; the first waits longest. */
  readonly #ready = new Map<string, number>()
  /** Those of them that no message waits in. */
  readonly #expected = new Set<string>()
  /** Conversations that gave up their place and wait to be woken, and what each waits for. */
  readonly #parked = new Map<string, string>()
  /** Conversations that failed, and how often in a row. */
  readonly #failures = new Map<string, number>()
  readonly #delays = new Delays()
  #run: Run | undefined
  #limit = 0
  #closing = false
  /** Set while nothing is handed out: called when nothing is worked on any more. */
  #paused: PromiseWithResolvers<void> | undefined

  constructor(desk: Omit<Desk, 'idle' | 'overdue' | 'wanted'>, log: Log, now: () => number) {
    this.#desk = {
      ...desk,
      idle: () => this.#schedule(),
      overdue: () => this.#overdue(),
      wanted: () => this.#wanted() > this.#idlest().length,
    }
    this.#log = log
    this.#now = now
  }

  get size(): number {
    return this.#holds.size
  }

  start(run: Run, limits: QueueLimits): void {
    if (this.#run !== undefined) throw new Error('work() was called twice')
    this.#run = run
    this.#limit = limits.activations
    const conversations = this.#desk.writer.read(() => this.#desk.inbox.conversations())
    for (const conversation of conversations) this.#ready.set(conversation, this.#now())
    this.#schedule()
  }

  limit(limits: QueueLimits): void {
    this.#limit = limits.activations
    this.#schedule()
  }

  /** See {@link Queue.pause}. */
  pause(): Promise<void> {
    this.#paused ??= Promise.withResolvers()
    for (const hold of this.#holds.values()) hold.leave()
    this.#settle()
    return this.#paused.promise
  }

  resume(): void {
    this.#paused?.resolve()
    this.#paused = undefined
    this.#schedule()
  }

  #settle(): void {
    if (this.#holds.size === 0) this.#paused?.resolve()
  }

  /** Does somebody work on this message? */
  works(conversation: string, id: string): boolean {
    return this.#holds.get(conversation)?.works(id) ?? false
  }

  /** A message is answered elsewhere from now on. */
  moved(conversation: string, id: string, message: Message): void {
    this.#holds.get(conversation)?.moved(id, message)
  }

  /** How many messages are being worked on. */
  running(): number {
    return [...this.#holds.values()].reduce((sum, hold) => sum + hold.held.size, 0)
  }

  /** The hold that waits for this conversation's next message, kept for the caller; see {@link Hold.claim}. */
  claim(conversation: string): Hold | undefined {
    const hold = this.#holds.get(conversation)
    return hold?.claim() === true ? hold : undefined
  }

  /** A conversation has open messages; `envelope` is the newest of them, where that is known. */
  arrived(conversation: string, envelope?: Envelope): void {
    if (this.#run === undefined || this.#closing) return
    const hold = this.#holds.get(conversation)
    if (hold !== undefined) return hold.arrived(envelope)
    if (this.#ready.has(conversation) || this.#delays.has(conversation)) return
    if (this.#parked.has(conversation)) return
    this.#ready.set(conversation, this.#now())
    this.#schedule()
  }

  /** See {@link Queue.expect}. */
  expect(conversation: string): void {
    if (this.#run === undefined || this.#closing || this.#paused || this.#ready.size > 0) return
    const hold = this.#holds.get(conversation)
    if (hold?.leaving === true) hold.expectedAgain = true
    if (hold !== undefined || this.#delays.has(conversation) || this.#parked.has(conversation)) return
    if (this.#holds.size < this.#limit) return this.#begin(conversation, this.#run, true)
    const [idlest] = this.#idlest()
    const since = idlest?.idleSince ?? performance.now()
    if (idlest === undefined || idlest.stays || performance.now() - since < IDLE_MS) return
    this.#expected.add(conversation)
    this.#ready.set(conversation, this.#now())
    this.#schedule()
  }

  parked(conversation: string): string | undefined {
    return this.#parked.get(conversation)
  }

  /** Hands a parked conversation out again. */
  wake(conversation: string): void {
    const hold = this.#holds.get(conversation)
    if (hold?.parked !== undefined) hold.parked.awake = true
    if (this.#parked.delete(conversation)) this.arrived(conversation)
  }

  /** The same for all that wait for this: whoever gets less than it needs parks once more. */
  wakeAll(waitsFor: string): void {
    for (const { conversation, parked } of this.#holds.values())
      if (parked?.waitsFor === waitsFor) this.wake(conversation)
    for (const [conversation, what] of this.#parked) if (what === waitsFor) this.wake(conversation)
  }

  /** Lets running messages end for up to `graceMs`, then aborts them; resolves when all runs have returned. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true
    this.#delays.clear()
    this.#ready.clear()
    for (const hold of this.#holds.values()) hold.leave()
    const timer = setTimeout(() => this.#abort(), graceMs)
    await Promise.all(this.#running.values())
    clearTimeout(timer)
  }

  #abort(): void {
    const reason = new QueueError(
      'closed',
      'The queue is closing; the message is handed out at the next start.',
    )
    for (const hold of this.#holds.values()) hold.abort(reason)
  }

  #schedule(): void {
    if (this.#run === undefined || this.#closing || this.#paused) return
    for (const conversation of this.#ready.keys()) {
      if (this.#holds.size >= this.#limit) break
      this.#ready.delete(conversation)
      this.#begin(conversation, this.#run, this.#expected.delete(conversation))
    }
    let wanted = this.#wanted()
    if (wanted <= 0) return
    for (const hold of this.#idlest()) {
      if (wanted-- <= 0) break
      this.#log.debug({ conversation: hold.conversation }, 'its place is wanted by another conversation')
      hold.leave()
    }
    if (wanted <= 0) return
    // None of those is idle: one that waits for a person may make way.
    for (const hold of this.#holds.values()) if (!hold.leaving) hold.tellWanted()
  }

  /** How many places are wanted that nobody is leaving yet. */
  #wanted(): number {
    if (this.#ready.size === 0 && this.#holds.size <= this.#limit) return 0
    let staying = 0
    for (const { leaving } of this.#holds.values()) if (!leaving) staying++
    return staying + this.#ready.size - this.#limit
  }

  #idlest(): Hold[] {
    const idle = [...this.#holds.values()].filter((hold) => hold.idleSince !== undefined)
    const longest = idle.toSorted((a, b) => (a.idleSince ?? 0) - (b.idleSince ?? 0))
    return [...longest.filter(({ stays }) => !stays), ...longest.filter(({ stays }) => stays)]
  }

  #overdue(): boolean {
    const [longest] = this.#ready.values()
    return longest !== undefined && this.#now() - longest > PATIENCE_MS && this.#wanted() > 0
  }

  #begin(conversation: string, run: Run, expected: boolean): void {
    const hold = new Hold(conversation, this.#desk, expected)
    this.#holds.set(conversation, hold)
    this.#running.set(hold, this.#occupy(hold, run))
  }

  async #occupy(hold: Hold, run: Run): Promise<void> {
    await this.#attempt(hold, run)
    this.#running.delete(hold)
    this.#settle()
    this.#schedule()
    if (hold.expectedAgain) this.expect(hold.conversation)
  }

  /** Runs a hold to its end and says what becomes of its conversation. Never rejects. */
  async #attempt(hold: Hold, run: Run): Promise<void> {
    const { conversation } = hold
    let failure: unknown
    try {
      if (hold.expected || this.#hasMessages(conversation)) await run(hold)
      const left = [...hold.held.keys()]
      if (left.length > 0 && hold.parked === undefined)
        failure = new Error(`it returned without committing ${left.join(', ')}`)
    } catch (error) {
      failure = error
    }
    hold.release()
    // While it still counts as held: nobody may begin it a second time meanwhile.
    if (hold.parked !== undefined || this.#closing) await this.#excuse([...hold.held.keys()])
    this.#holds.delete(conversation)
    if (hold.progress) this.#failures.delete(conversation)
    if (this.#closing) {
      if (failure !== undefined)
        this.#log.info({ conversation, err: failure }, 'stopped in the middle of a message')
      return
    }
    if (hold.parked?.awake === false && failure === undefined)
      return void this.#parked.set(conversation, hold.parked.waitsFor)
    if (failure === undefined) failure = this.#continue(hold)
    if (failure !== undefined) this.#putOff(hold, failure)
  }

  async #excuse(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    try {
      await this.#desk.writer.write(() => ids.forEach((id) => this.#desk.inbox.excuse(id)))
    } catch (err) {
      this.#log.warn({ messages: ids, err }, 'a stop in the middle of these counts as a failed attempt')
    }
  }

  /** Queues a conversation again if it has messages left. Returns what speaks against it. */
  #continue(hold: Hold): unknown {
    try {
      if (!this.#hasMessages(hold.conversation)) this.#failures.delete(hold.conversation)
      else if (hold.progress || hold.leaving) this.#ready.set(hold.conversation, this.#now())
      else return new Error('it returned although messages wait, and ended none of them')
      return undefined
    } catch (error) {
      return error
    }
  }

  #hasMessages(conversation: string): boolean {
    return this.#desk.writer.read(() => this.#desk.inbox.has(conversation))
  }

  #putOff(hold: Hold, err: unknown): void {
    const { conversation } = hold
    const failures = (this.#failures.get(conversation) ?? 0) + 1
    const againInMs = backOff(failures)
    this.#failures.set(conversation, failures)
    const [head] = hold.held.values()
    this.#log.error(
      { conversation, message: head?.id, attempt: head?.attempt, againInMs, err },
      'a conversation failed; its message is handed out again',
    )
    this.#delays.set(conversation, againInMs, () => this.arrived(conversation))
  }
}
