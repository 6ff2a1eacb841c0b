/** The places of this node: takes conversations up to the limit, evicts the one that idles longest, gives them back. */
import type { Log, Message } from '../../contract.ts'
import { backOff } from '../delays.ts'
import { QueueError } from '../port.ts'
import type { Activation, QueueLimits } from '../port.ts'
import type { Connection } from './connection.ts'
import { type Desk, Hold, lostTo } from './hold.ts'
import type { Claim, Jobs } from './jobs.ts'
import * as lua from './lua/hold.ts'
import { parse } from './rows.ts'
import { z } from 'zod'

type Run = (activation: Activation) => Promise<void>

/** How long a conversation waits for a place while all are busy. Then the next that ends a message makes way, even if it has more. */
const PATIENCE_MS = 30_000
/** Whoever was silent for so long makes way for one that is expected. */
const IDLE_MS = 60_000
/** So long a job waits for another node's free place before one is evicted for it. */
const OTHERS_FIRST_MS = 10

const Begun = z.union([z.tuple([z.literal(0)]), z.tuple([z.string(), z.number()])])
const Released = z.tuple([z.number(), z.number()])

export class Places {
  readonly #node: string
  readonly #connection: Connection
  readonly #jobs: Jobs
  readonly #log: Log
  readonly #desk: Desk
  /** Called when a conversation was parked here, and with undefined when it is taken. */
  readonly #onParked: (conversation: string, waitsFor: string | undefined) => void
  readonly #holds = new Map<string, Hold>()
  /** Those whose run has returned, until they are given back. */
  readonly #leaving = new Set<Hold>()
  /** Runs, and what follows them, until the conversation is given back. */
  readonly #busy = new Set<Promise<void>>()
  readonly #expecting = new Set<string>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #run: Run | undefined
  #limit = 0
  #closing = false
  /** Set while this node takes nothing: called when it works on nothing any more. */
  #paused: PromiseWithResolvers<void> | undefined
  #pumping: Promise<void> | undefined
  #again = false
  /** Jobs that wait for a place, as last heard of. */
  #waiting = { count: 0, since: 0 }
  /** When the lease of what this node holds ends. */
  #deadline: NodeJS.Timeout | undefined

  constructor(
    node: string,
    connection: Connection,
    jobs: Jobs,
    log: Log,
    desk: Pick<Desk, 'sends' | 'ended'>,
    onParked: (conversation: string, waitsFor: string | undefined) => void,
  ) {
    this.#onParked = onParked
    this.#node = node
    this.#connection = connection
    this.#jobs = jobs
    this.#log = log
    this.#desk = {
      ...desk,
      script: (script, values) => connection.script(script, values),
      idle: () => this.#makeWay(),
      overdue: () => this.#overdue(),
      wanted: () => this.#wanted() > this.#idlest().length,
      closed: () => connection.closed,
    }
  }

  get size(): number {
    return this.#holds.size
  }

  get(conversation: string): Hold | undefined {
    return this.#holds.get(conversation)
  }

  all(): readonly Hold[] {
    return [...this.#holds.values()]
  }

  /** What is parking just now must not. */
  keepAwake(which: (hold: Hold) => boolean): void {
    for (const hold of [...this.#holds.values(), ...this.#leaving]) {
      if (hold.parked !== undefined && which(hold)) hold.parked.awake = true
    }
  }

  start(run: Run, limits: QueueLimits): void {
    if (this.#run !== undefined) throw new Error('work() was called twice')
    this.#run = run
    this.limit(limits)
  }

  limit(limits: QueueLimits): void {
    this.#limit = limits.activations
    this.poke()
    this.#makeWay()
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
    this.poke()
  }

  #settle(): void {
    if (this.#holds.size === 0 && this.#leaving.size === 0) this.#paused?.resolve()
  }

  moved(conversation: string, id: string, message: Message): void {
    this.#holds.get(conversation)?.moved(id, message)
  }

  /** Some job may wait. */
  poke(): void {
    if (this.#run === undefined || this.#closing || this.#paused) return
    this.#again = true
    this.#pumping ??= this.#pump(this.#run)
  }

  /** See {@link Queue.expect}. */
  expect(conversation: string): void {
    if (this.#run === undefined || this.#closing || this.#paused || this.#waiting.count > 0) return
    const hold = this.#holds.get(conversation)
    if (hold?.leaving === true) hold.expectedAgain = true
    if (hold !== undefined || this.#expecting.has(conversation)) return
    if (this.#holds.size + this.#expecting.size >= this.#limit && !this.#makeRoom()) return
    this.#expecting.add(conversation)
    this.#follow(this.#ask(conversation))
    // Another node may be the one that takes it.
    this.#later(2000, () => this.#expecting.delete(conversation))
  }

  async #ask(conversation: string): Promise<void> {
    try {
      await this.#jobs.add(conversation, { expected: true })
      this.poke()
    } catch (err) {
      this.#log.debug({ conversation, err }, 'what is expected is not begun')
    }
  }

  #makeRoom(): boolean {
    const [idlest] = this.#idlest()
    const since = idlest?.idleSince ?? performance.now()
    if (idlest === undefined || idlest.stays || performance.now() - since < IDLE_MS) return false
    idlest.leave()
    return true
  }

  /** Keeps what this node holds. What could not be renewed before its lease ended is lost: another node may have it. */
  async renew(): Promise<void> {
    const holds = this.all()
    const asked = performance.now()
    const lost = new Set(await this.#jobs.renew(holds.map(({ claim }) => claim)))
    for (const hold of holds) {
      if (lost.has(hold.claim)) this.#lose(hold)
      else hold.renewedAt = asked
    }
    this.#guard()
  }

  /** Nobody need tell a node that it was not heard of in time. */
  #guard(): void {
    clearTimeout(this.#deadline)
    const now = performance.now()
    const ends = this.all()
      .filter(({ signal }) => !signal.aborted)
      .map((hold) => ({ hold, inMs: hold.renewedAt + this.#jobs.leaseMs - now }))
    for (const { hold, inMs } of ends) if (inMs <= 0) this.#lose(hold)
    const next = Math.min(...ends.map(({ inMs }) => inMs).filter((inMs) => inMs > 0))
    if (Number.isFinite(next)) this.#deadline = setTimeout(() => this.#guard(), next + 1)
  }

  #lose(hold: Hold): void {
    if (this.#holds.get(hold.conversation) !== hold || hold.signal.aborted) return
    this.#log.error(
      { conversation: hold.conversation },
      'a conversation was lost: this node was not heard of',
    )
    hold.abort(lostTo(hold.conversation))
  }

  /** Lets running messages end for up to `graceMs`, then aborts them; resolves when all are given back. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const hold of this.#holds.values()) hold.leave()
    const reason = new QueueError(
      'closed',
      'The queue is closing; the message is handed out again elsewhere.',
    )
    const timer = setTimeout(() => {
      for (const hold of this.#holds.values()) hold.abort(reason)
    }, graceMs)
    await this.#pumping
    while (this.#busy.size > 0) await Promise.all(this.#busy)
    clearTimeout(timer)
    clearTimeout(this.#deadline)
  }

  async #pump(run: Run): Promise<void> {
    try {
      while (this.#again && !this.#closing && !this.#paused) {
        this.#again = false
        while (this.#holds.size < this.#limit && !this.#closing && !this.#paused) {
          const claim = await this.#jobs.take()
          if (claim === undefined) break
          this.#expecting.delete(claim.conversation)
          this.#waiting = { ...this.#waiting, count: Math.max(0, this.#waiting.count - 1) }
          await this.#begin(claim, run)
        }
        if (this.#holds.size >= this.#limit) await this.#count()
        else this.#waiting = { count: 0, since: 0 }
      }
    } catch (err) {
      // The beat tries again, and whoever took a job that was not begun loses it by its lock.
      this.#log.debug({ err }, 'no conversation could be taken')
    } finally {
      this.#pumping = undefined
    }
  }

  async #count(): Promise<void> {
    this.#waiting = await this.#jobs.waiting()
    if (this.#waiting.count === 0) return
    await new Promise((resolve) => setTimeout(resolve, OTHERS_FIRST_MS))
    this.#waiting = await this.#jobs.waiting()
    this.#makeWay()
  }

  async #begin(claim: Claim, run: Run): Promise<void> {
    const { conversation, lock, token } = claim
    const values = { conv: conversation, node: this.#node, lock, token }
    const [epoch, waits] = parse(Begun, await this.#connection.script(lua.begin, values))
    if (epoch === 0) return
    this.#onParked(conversation, undefined)
    const hold = new Hold(claim, epoch, this.#desk)
    if ((waits === 0 && !claim.expected) || this.#closing)
      return this.#follow(this.#giveBack(hold, undefined))
    this.#holds.set(conversation, hold)
    // Paused while it was taken: it ends at its first `next`, and another node has it.
    if (this.#paused !== undefined) hold.leave()
    this.#guard()
    this.#follow(this.#occupy(hold, run))
  }

  #follow(work: Promise<void>): void {
    const done = work.finally(() => this.#busy.delete(done))
    this.#busy.add(done)
  }

  /** Never rejects. */
  async #occupy(hold: Hold, run: Run): Promise<void> {
    let failure: unknown
    try {
      await run(hold)
      const left = hold.held.map(({ id }) => id)
      if (left.length > 0 && hold.parked === undefined)
        failure = new Error(`it returned without committing ${left.join(', ')}`)
    } catch (error) {
      failure = error
    }
    await hold.release()
    this.#leaving.add(hold)
    this.#holds.delete(hold.conversation)
    this.poke()
    await this.#giveBack(hold, failure)
    this.#leaving.delete(hold)
    this.#settle()
    if (hold.expectedAgain) this.expect(hold.conversation)
  }

  async #giveBack(hold: Hold, failure: unknown): Promise<void> {
    const { conversation } = hold
    try {
      if (hold.signal.aborted && !this.#closing) return this.#tellLost(hold, failure)
      await this.#release(hold, failure)
    } catch (err) {
      this.#log.warn({ conversation, err }, 'a conversation could not be given back; it is handed out again')
    }
  }

  #tellLost({ conversation, held }: Hold, err: unknown): void {
    this.#log.warn(
      { conversation, messages: held.map(({ id }) => id), err },
      'a conversation went on elsewhere',
    )
  }

  async #release(hold: Hold, failure: unknown): Promise<void> {
    const { conversation, claim, epoch, parked } = hold
    const excused = parked !== undefined || this.#closing ? hold.held.map(({ id }) => id) : []
    const stays = parked?.awake === false && failure === undefined && !this.#closing
    const [left, isParked] = parse(
      Released,
      await this.#connection.script(lua.release, {
        conv: conversation,
        epoch,
        node: this.#node,
        excused,
        ...(stays ? { parked: { waitsFor: parked.waitsFor, forMs: performance.now() - parked.at } } : {}),
      }),
    )
    if (left < 0) return this.#tellLost(hold, failure)
    if (isParked === 1 && parked?.awake === false) this.#onParked(conversation, parked.waitsFor)
    if (this.#closing && failure !== undefined)
      this.#log.info({ conversation, err: failure }, 'stopped in the middle of a message')
    const why = this.#closing || isParked === 1 ? undefined : (failure ?? this.#standsStill(hold, left))
    if (why !== undefined) return this.#putOff(hold, why)
    await this.#jobs.end(claim)
    // What came while the job was ending found a job, and asked for none.
    const more =
      isParked === 0 && Number(await this.#connection.script(lua.count, { conv: conversation })) > 0
    if (!more) return
    await this.#jobs.add(conversation)
    this.poke()
    if (this.#closing) await this.#connection.tell('all', JSON.stringify({ t: 'ready' }))
  }

  #standsStill(hold: Hold, left: number): unknown {
    if (left === 0 || hold.progress || hold.leaving) return undefined
    return new Error('it returned although messages wait, and ended none of them')
  }

  async #putOff(hold: Hold, err: unknown): Promise<void> {
    const { conversation, claim, progress } = hold
    const failures = (progress ? 0 : claim.failures) + 1
    const againInMs = backOff(failures)
    const [head] = hold.held
    this.#log.error(
      { conversation, message: head?.id, attempt: head?.attempt, againInMs, err },
      'a conversation failed; its message is handed out again',
    )
    await this.#jobs.putOff(claim, failures, againInMs)
    this.#later(againInMs + 5, () => this.poke())
  }

  #later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      then()
    }, ms)
    this.#timers.add(timer)
  }

  #makeWay(): void {
    if (this.#run === undefined || this.#closing) return
    let wanted = this.#wanted()
    if (wanted <= 0) return
    for (const hold of this.#idlest()) {
      if (wanted-- <= 0) return
      this.#log.debug({ conversation: hold.conversation }, 'its place is wanted by another conversation')
      hold.leave()
    }
    if (wanted <= 0) return
    // None of those is idle: one that waits for a person may make way.
    for (const hold of this.#holds.values()) if (!hold.leaving) hold.tellWanted()
  }

  /** How many places are wanted that nobody is leaving yet. */
  #wanted(): number {
    let staying = 0
    for (const { leaving } of this.#holds.values()) if (!leaving) staying++
    return staying + this.#waiting.count - this.#limit
  }

  #idlest(): Hold[] {
    const idle = this.all().filter((hold) => hold.idleSince !== undefined && !hold.leaving)
    const longest = idle.toSorted((a, b) => (a.idleSince ?? 0) - (b.idleSince ?? 0))
    return [...longest.filter(({ stays }) => !stays), ...longest.filter(({ stays }) => stays)]
  }

  #overdue(): boolean {
    const { count, since } = this.#waiting
    return count > 0 && Date.now() - since > PATIENCE_MS && this.#wanted() > 0
  }
}
