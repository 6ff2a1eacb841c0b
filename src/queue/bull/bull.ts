/** The queue for several nodes: inbox and outbox in Redis, one BullMQ job for each conversation that is worked on. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Log, Message, Outcome } from '../../contract.ts'
import { QueueError } from '../port.ts'
import type {
  Account,
  Activation,
  Amended,
  Counts,
  Delivered,
  Delivery,
  Envelope,
  Outgoing,
  Queue,
  QueueLimits,
  Withdrawn,
} from '../port.ts'
import type { Cluster } from '../cluster.ts'
import { Beat } from './beat.ts'
import { Changes } from './changes.ts'
import { Nodes } from './cluster.ts'
import { Connection } from './connection.ts'
import { Deliveries } from './deliveries.ts'
import { Jobs } from './jobs.ts'
import * as lua from './lua/inbox.ts'
import { leave } from './lua/hold.ts'
import { countPutOff, countUnsent, promised } from './lua/outbox.ts'
import { heard, type Told } from './messages.ts'
import { Parked } from './parked.ts'
import { Places } from './places.ts'
import { markOf, parse, replyRow, storedAll } from './rows.ts'

export interface BullQueueOptions {
  /** `redis://[user:password@]host:port[/db]`, `rediss://` for TLS. */
  readonly url: string
  readonly log: Log
  /** Before all keys; queues with different prefixes know nothing of each other. */
  readonly prefix?: string
  /** Names of the adapters that this node can send by; all when absent. */
  readonly adapters?: () => readonly string[]
  /** After so many milliseconds without a sign of life of a node, others take over what it holds. */
  readonly leaseMs?: number
}

/** Time for sends after the last turn has ended, however long that took. */
const LEAST_SENDING_MS = 1000
const LEASE_MS = 6000
/** Whether all has ended is looked at as often while somebody waits for it and nobody tells. */
const IDLE_POLL_MS = 250

const Accepted = z.union([z.tuple([z.literal(0)]), z.tuple([z.literal([1, 2, 3])], z.string())])
const Numbers = z.tuple([z.number(), z.number(), z.number()])

/**
 * Joins the queue that lives in this Redis. Throws {@link QueueError} `storage` when it cannot be reached, refuses the
 * login, or might throw messages away.
 */
export async function openBullQueue(
  options: BullQueueOptions,
): Promise<Queue & { readonly cluster: Cluster }> {
  const { url, log, leaseMs = LEASE_MS } = options
  // A hash tag: a cluster keeps all of it on one server, so that scripts may change several keys.
  const prefix = `{${options.prefix ?? 'parley'}}`
  const node = randomUUID()
  const connection = new Connection(url, prefix, log)
  await connection.open()
  const jobs = new Jobs(connection, prefix, node, leaseMs, log)
  try {
    await jobs.open()
    const queue = new BullQueue({ ...options, node, connection, jobs, leaseMs })
    await queue.open()
    return queue
  } catch (error) {
    await jobs.close().catch(() => undefined)
    connection.close()
    throw error
  }
}

interface Parts extends BullQueueOptions {
  readonly node: string
  readonly connection: Connection
  readonly jobs: Jobs
  readonly leaseMs: number
}

class BullQueue implements Queue {
  readonly #node: string
  readonly #log: Log
  readonly #connection: Connection
  readonly #jobs: Jobs
  readonly #places: Places
  readonly #deliveries: Deliveries
  readonly #parked: Parked
  readonly #changes: Changes
  readonly #beat: Beat
  readonly cluster: Nodes
  readonly #idlers = new Set<{ resolve: () => void; reject: (error: unknown) => void }>()
  readonly #retries = new Set<Promise<void>>()
  #idlePoll: NodeJS.Timeout | undefined
  #closed: Promise<void> | undefined

  constructor({ node, connection, jobs, log, leaseMs, adapters }: Parts) {
    this.#node = node
    this.#log = log
    this.#connection = connection
    this.#jobs = jobs
    this.#deliveries = new Deliveries({ node, connection, leaseMs, log, adapters })
    const sends = (): boolean => this.#deliveries.sends
    const desk = { sends, ended: (replies: readonly Outgoing[]) => this.#ended(replies) }
    this.#places = new Places(node, connection, jobs, log, desk, (conversation, waitsFor) =>
      this.#parked.note(conversation, waitsFor),
    )
    this.#parked = new Parked(node, connection, jobs, this.#places, log)
    this.#changes = new Changes({ node, connection, sends })
    this.cluster = new Nodes(node, connection, log)
    this.#beat = new Beat({
      node,
      connection,
      jobs,
      log,
      leaseMs,
      places: this.#places,
      deliveries: this.#deliveries,
      parked: this.#parked,
      cluster: this.cluster,
    })
  }

  async open(): Promise<void> {
    await this.#connection.listen(['all', `node:${this.#node}`], (text) => this.#hear(heard(text)))
    await this.#beat.start()
  }

  async accept(id: string, conversation: string, message: Message): Promise<'accepted' | 'duplicate'> {
    const conv = conversation.toWellFormed()
    this.#places.get(conv)?.announce()
    const values = { conv, node: this.#node, ...rowOf(id, message) }
    const [how, holder] = parse(Accepted, await this.#connection.script(lua.accept, values))
    if (how === 0) return 'duplicate'
    if (how === 1 && holder === this.#node) this.#places.get(conv)?.arrived()
    if (how === 3) await this.#activate(conv)
    return 'accepted'
  }

  /** It is in Redis already: what fails here is found by a beat. */
  async #activate(conversation: string): Promise<void> {
    try {
      await this.#jobs.add(conversation)
      this.#places.poke()
      await this.#connection.tell('all', JSON.stringify({ t: 'ready' }))
    } catch (err) {
      this.#log.warn({ conversation, err }, 'a conversation waits a little longer for its place')
    }
  }

  async settle(
    id: string,
    conversation: string,
    message: Message,
    outcome: Outcome,
    replies: readonly Outgoing[],
  ): Promise<'accepted' | 'duplicate'> {
    const conv = conversation.toWellFormed()
    const values = { conv, outcome, ...rowOf(id, message), ...this.#replies(replies) }
    const fresh = (await this.#connection.script(lua.settle, values)) === 1
    if (fresh) this.#ended(replies)
    return fresh ? 'accepted' : 'duplicate'
  }

  async post(replies: readonly Outgoing[]): Promise<number> {
    const added = Number(await this.#connection.script(lua.put, this.#replies(replies)))
    this.#ended(replies)
    return added
  }

  work(run: (activation: Activation) => Promise<void>, limits: QueueLimits): void {
    this.#places.start(run, limits)
    this.#beat.soon()
  }

  limit(limits: QueueLimits): void {
    this.#places.limit(limits)
  }

  pause(): Promise<void> {
    return this.#places.pause()
  }

  resume(): void {
    this.#places.resume()
  }

  async lanes(): Promise<readonly string[]> {
    return parse(z.array(z.string()), await this.#connection.script(lua.lanes, {}))
  }

  expect(conversation: string): void {
    const conv = conversation.toWellFormed()
    if (this.#parked.reason(conv) === undefined) this.#places.expect(conv)
  }

  deliver(send: (delivery: Delivery) => Promise<Delivered>): void {
    this.#deliveries.start(send)
    this.#beat.soon()
  }

  parked(conversation: string): string | undefined {
    return this.#parked.reason(conversation.toWellFormed())
  }

  wake(conversation: string): void {
    this.#parked.wake(conversation.toWellFormed())
  }

  wakeAll(waitsFor: string): void {
    this.#parked.wakeAll(waitsFor)
  }

  retry(adapter: string): void {
    const done = this.#deliveries
      .retry(adapter)
      .catch((err: unknown) => {
        if (this.#closed === undefined) this.#log.warn({ adapter, err }, 'replies are not hurried')
      })
      .finally(() => this.#retries.delete(done))
    this.#retries.add(done)
  }

  async cancel(
    conversation: string,
    replies: (envelope: Envelope) => readonly Outgoing[],
  ): Promise<readonly Envelope[]> {
    const lane = conversation.toWellFormed()
    const ended = await this.#changes.cancel(lane, replies)
    this.#ended(ended.flatMap(({ replies }) => replies))
    this.wake(lane)
    return ended.map(({ envelope }) => envelope)
  }

  async move(
    conversation: string,
    fits: (envelope: Envelope) => boolean,
    to: NonNullable<Message['movedTo']>,
    replies: (moved: readonly Envelope[]) => readonly Outgoing[],
  ): Promise<readonly Envelope[]> {
    const lane = conversation.toWellFormed()
    const { moved, outgoing } = await this.#changes.move(lane, fits, to, replies)
    for (const { id, message } of moved) this.#places.moved(lane, id, { ...message, movedTo: to })
    this.#ended(outgoing)
    return moved
  }

  amend(id: string, edit: Pick<Message, 'from' | 'text'>): Promise<Amended> {
    return this.#changes.amend(id.toWellFormed(), edit)
  }

  async withdraw(id: string, replies: readonly Outgoing[]): Promise<Withdrawn> {
    const { state, conversation } = await this.#changes.withdraw(id.toWellFormed(), replies)
    if (state === 'withdrawn') this.#ended(replies)
    // It may be what a parked conversation waited with.
    if (conversation !== undefined) this.wake(conversation)
    return state
  }

  async waiting(conversation: string, most?: number): Promise<readonly Envelope[]> {
    const values = { conv: conversation.toWellFormed(), most: most ?? 0 }
    return storedAll(await this.#connection.script(lua.waiting, values)).map(({ envelope }) => envelope)
  }

  async unsent(conversation: string): Promise<number> {
    return Number(await this.#connection.script(countUnsent, { conv: conversation.toWellFormed() }))
  }

  async undelivered(conversation: string): Promise<number> {
    return Number(await this.#connection.script(countPutOff, { conv: conversation.toWellFormed() }))
  }

  async promised(): Promise<readonly string[]> {
    const found = parse(z.array(z.string()), await this.#connection.script(promised, {}))
    const inOrder = found
      .map((text) => ({ seq: Number(text.slice(0, text.indexOf(' '))), text }))
      .toSorted((a, b) => a.seq - b.seq)
    return inOrder.flatMap(({ text }) =>
      parse(z.array(z.string()), JSON.parse(text.slice(text.indexOf(' ') + 1))),
    )
  }

  account(id: string): Promise<Account | undefined> {
    return this.#changes.account(id.toWellFormed())
  }

  async counts(): Promise<Counts> {
    const [open, undelivered, running] = parse(Numbers, await this.#connection.script(lua.counts, {}))
    return { waiting: open - running, running, undelivered, activations: this.#places.size }
  }

  async idle(): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#idlers.add(done)
    this.#idlePoll ??= setInterval(() => void this.#settled(), IDLE_POLL_MS)
    void this.#settled()
    await done.promise
  }

  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs)
    return this.#closed
  }

  async #close(graceMs: number): Promise<void> {
    const began = performance.now()
    await this.#places.close(graceMs)
    // After them: what was answered within the grace is still sent.
    await this.#deliveries.close(Math.max(LEAST_SENDING_MS, graceMs - (performance.now() - began)))
    await this.#beat.stop()
    try {
      await this.#parked.leave()
      await this.#connection.script(leave, { node: this.#node })
    } catch (err) {
      this.#log.warn({ err }, 'this node left without telling the others, who notice it by themselves')
    }
    await Promise.all(this.#retries)
    clearInterval(this.#idlePoll)
    await this.#jobs
      .close()
      .catch((err: unknown) => this.#log.debug({ err }, 'BullMQ did not close in order'))
    this.#connection.close()
    const closed = new QueueError('closed', 'The queue was closed before it was idle.')
    for (const { reject } of this.#idlers) reject(closed)
    this.#idlers.clear()
  }

  #replies(replies: readonly Outgoing[]): object {
    return { replies: replies.map(replyRow), sends: this.#deliveries.sends }
  }

  #ended(replies: readonly Outgoing[]): void {
    this.#deliveries.arrived(new Set(replies.map(({ conversation }) => conversation.toWellFormed())))
  }

  #hear(told: Told | undefined): void {
    if (told === undefined || this.#closed !== undefined) return
    if (told.t === 'ready') this.#places.poke()
    else if (told.t === 'replies') this.#deliveries.arrived([told.c])
    else if (told.t === 'idle') void this.#settled()
    else if (told.t === 'arrived') this.#places.get(told.c)?.arrived()
    else if (told.t === 'moved')
      void this.#places
        .get(told.c)
        ?.refresh()
        .catch(() => undefined)
    else if (told.t === 'news' || told.t === 'ask' || told.t === 'answer') this.cluster.heard(told)
    else if (!('n' in told && told.n === this.#node)) this.#parked.hear(told)
  }

  async #settled(): Promise<void> {
    if (this.#idlers.size === 0) return
    const idlers = [...this.#idlers]
    try {
      const [open, undelivered] = parse(Numbers, await this.#connection.script(lua.counts, {}))
      if (open > 0 || undelivered > 0) return
      for (const { resolve } of idlers) resolve()
    } catch (error) {
      for (const { reject } of idlers) reject(error)
    }
    for (const idler of idlers) this.#idlers.delete(idler)
    if (this.#idlers.size > 0) return
    clearInterval(this.#idlePoll)
    this.#idlePoll = undefined
  }
}

function rowOf(id: string, message: Message): object {
  return { id: id.toWellFormed(), message: JSON.stringify(message), mark: markOf(message) }
}
