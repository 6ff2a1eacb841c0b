/** Activations as BullMQ's jobs: one a conversation, handed out to one node at a time for as long as its lock is renewed. */
import { hash } from 'node:crypto'
import { Queue as JobQueue, Worker } from 'bullmq'
import type { Job } from 'bullmq'
import type { Log } from '../../contract.ts'
import type { Connection } from './connection.ts'

const NAME = 'activations'

interface Data {
  readonly conversation: string
  /** No message waits, see {@link Queue.expect}. */
  readonly expected?: boolean
  /** Failures in a row. */
  readonly failures?: number
  /** Not before; milliseconds since 1970. */
  readonly dueAt?: number
}

export interface Claim {
  readonly conversation: string
  readonly expected: boolean
  readonly failures: number
  readonly job: Job<Data>
  readonly token: string
  /** Key of the job's lock, whose value is `token` while it is ours. */
  readonly lock: string
  /** When it was asked for, by performance.now(): its lease began later. */
  readonly askedAt: number
}

export class Jobs {
  readonly leaseMs: number
  readonly #connection: Connection
  readonly #prefix: string
  readonly #node: string
  readonly #log: Log
  readonly #queue: JobQueue<Data>
  readonly #worker: Worker<Data>
  #tokens = 0

  constructor(connection: Connection, prefix: string, node: string, leaseMs: number, log: Log) {
    this.#connection = connection
    this.#prefix = prefix
    this.#node = node
    this.leaseMs = leaseMs
    this.#log = log
    const options = { connection: connection.jobs, prefix }
    this.#queue = new JobQueue(NAME, {
      ...options,
      // Nobody reads its stream of events; what must be told is told over pub/sub.
      streams: { events: { maxLen: 100 } },
      // One a conversation, and none is kept: what became of a message is known by its own record.
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    })
    this.#worker = new Worker<Data>(NAME, null, {
      ...options,
      autorun: false,
      lockDuration: leaseMs,
      stalledInterval: Math.max(50, leaseMs / 4),
      // A conversation is handed out again whatever happened to it; what kills its nodes is told by `Envelope.died`.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    })
    const told = (err: Error): void => log.debug({ err }, 'BullMQ could not reach Redis')
    this.#queue.on('error', told)
    this.#worker.on('error', told)
  }

  async open(): Promise<void> {
    await Promise.all([this.#queue.waitUntilReady(), this.#worker.waitUntilReady()])
  }

  /** From now on jobs whose node died are handed out again. */
  async watch(): Promise<void> {
    await this.#worker.startStalledCheckTimer()
  }

  /** Nothing happens where the conversation has its job. */
  async add(conversation: string, more: Pick<Data, 'expected'> = {}): Promise<void> {
    const options = { jobId: idOf(conversation) }
    await this.#connection.run(
      () => this.#queue.add('activate', { conversation, ...more }, options),
      'ask for an activation',
    )
  }

  /** The one that waits longest; undefined: none waits. */
  async take(): Promise<Claim | undefined> {
    const token = `${this.#node}:${++this.#tokens}`
    const askedAt = performance.now()
    const next = (): Promise<Job<Data> | undefined> => this.#worker.getNextJob(token, { block: false })
    const job = await this.#connection.run(next, 'take an activation')
    if (job === undefined) return undefined
    const { conversation, expected = false, failures = 0 } = job.data
    const lock = `${this.#key(job.id ?? '')}:lock`
    return { conversation, expected, failures, job, token, lock, askedAt }
  }

  /** Keeps these for another lease. Returns those that are lost. */
  async renew(claims: readonly Claim[]): Promise<readonly Claim[]> {
    if (claims.length === 0) return []
    const ids = claims.map(({ job }) => job.id ?? '')
    const tokens = claims.map(({ token }) => token)
    const extend = (): Promise<string[]> => this.#worker.extendJobLocks(ids, tokens, this.leaseMs)
    const lost = new Set(await this.#connection.run(extend, 'renew activations'))
    return claims.filter(({ job }) => lost.has(job.id ?? ''))
  }

  /** The activation is over. */
  async end({ job, token }: Claim): Promise<void> {
    await this.#connection.run(() => job.moveToCompleted(undefined, token, false), 'end an activation')
  }

  /** It is handed out again after so long, and not before. */
  async putOff({ job, token, conversation }: Claim, failures: number, ms: number): Promise<void> {
    const dueAt = Date.now() + ms
    await this.#connection.run(async () => {
      await job.updateData({ conversation, failures, dueAt })
      await job.moveToDelayed(dueAt, token)
    }, 'put an activation off')
  }

  /** How many wait for a place, and since when the first does, milliseconds since 1970. */
  waiting(): Promise<{ readonly count: number; readonly since: number }> {
    return this.#connection.run(() => this.#lookAtWaiting(), 'count activations')
  }

  async #lookAtWaiting(): Promise<{ readonly count: number; readonly since: number }> {
    await this.#promoteDue()
    const count = await this.#queue.getWaitingCount()
    if (count === 0) return { count, since: Date.now() }
    const [first] = await this.#queue.getWaiting(0, 0)
    return { count, since: first?.processedOn ?? first?.timestamp ?? Date.now() }
  }

  /** BullMQ looks at what is put off only when a job is asked for, which a node that is full does not do. */
  async #promoteDue(): Promise<void> {
    for (const job of await this.#queue.getDelayed(0, 9)) {
      if ((job.data.dueAt ?? 0) > Date.now()) continue
      // Another node may have been quicker.
      await job.promote().catch((err: unknown) => this.#log.debug({ err }, 'a job was promoted already'))
    }
  }

  /** Those of these conversations that have no job. */
  async missing(conversations: readonly string[]): Promise<string[]> {
    const keys = conversations.map((conversation) => this.#key(idOf(conversation)))
    const there = await this.#connection.exist(keys)
    return conversations.filter((_, n) => there[n] === false)
  }

  async close(): Promise<void> {
    await this.#connection.run(async () => {
      await this.#worker.close(true)
      await this.#queue.close()
    }, 'leave BullMQ')
  }

  #key(id: string): string {
    return `${this.#prefix}:${NAME}:${id}`
  }
}

/** A conversation's name may hold anything; a job's id may not. */
function idOf(conversation: string): string {
  return `c-${hash('sha256', conversation, 'base64url')}`
}
