/** The queue for one process: inbox and outbox in one SQLite file. */
import type { DatabaseSync } from 'node:sqlite'
import { GroupCommit } from '../sqlite/group-commit.ts'
import { makePrivate } from '../sqlite/private-file.ts'
import type { Log, Message, Outcome } from '../contract.ts'
import { Activations } from './activations.ts'
import { Deliveries } from './deliveries.ts'
import { Inbox } from './inbox.ts'
import { lock } from './lock.ts'
import { Outbox } from './outbox.ts'
import { QueueError } from './port.ts'
import type {
  Account,
  Amended,
  Activation,
  Counts,
  Delivered,
  Delivery,
  Envelope,
  Outgoing,
  Queue,
  QueueLimits,
  Withdrawn,
} from './port.ts'
import { startPurge } from './purge.ts'
import { openDatabase } from './schema.ts'
import { queueFaults } from './storage.ts'

export interface EmbeddedQueueOptions {
  /** Path of the database; it and its folder are made when they are not there. `<file>.lock` stands beside it. */
  readonly file: string
  readonly log: Log
  /** Milliseconds since 1970; the system's clock when absent. */
  readonly now?: () => number
}

/** Time for sends after the last turn has ended, however long that took. */
const LEAST_SENDING_MS = 1000

/**
 * Opens the queue. Throws {@link QueueError}: `locked` when another process has it open, `storage` when the
 * file cannot be opened.
 */
export async function openEmbeddedQueue(options: EmbeddedQueueOptions): Promise<Queue> {
  const { file } = options
  try {
    for (const path of [file, `${file}.lock`]) makePrivate(path)
    const unlock = lock(`${file}.lock`)
    try {
      return new EmbeddedQueue(openDatabase(file), unlock, options)
    } catch (error) {
      unlock()
      throw error
    }
  } catch (error) {
    if (error instanceof QueueError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new QueueError(
      'storage',
      `The queue ${file} cannot be opened: ${why}. Check that dataDir names a folder on a local disk with free space, and that this user may write there.`,
      { cause: error },
    )
  }
}

class EmbeddedQueue implements Queue {
  readonly #unlock: () => void
  readonly #writer: GroupCommit
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #activations: Activations
  readonly #deliveries: Deliveries
  readonly #stopPurge: () => void
  #idlers: { resolve: () => void; reject: (error: unknown) => void }[] = []
  #closed: Promise<void> | undefined

  constructor(db: DatabaseSync, unlock: () => void, { file, log, now = Date.now }: EmbeddedQueueOptions) {
    this.#unlock = unlock
    this.#writer = new GroupCommit(db, queueFaults(file))
    this.#inbox = new Inbox(db, now)
    this.#outbox = new Outbox(db, now)
    this.#deliveries = new Deliveries(this.#outbox, this.#writer, log, () => this.#settled())
    const desk = {
      inbox: this.#inbox,
      writer: this.#writer,
      end: this.#end.bind(this),
      send: (conversation: string) => this.#deliveries.take(conversation),
      ended: this.#ended.bind(this),
    }
    this.#activations = new Activations(desk, log, now)
    this.#stopPurge = startPurge([this.#outbox, this.#inbox], this.#writer, log)
  }

  async accept(id: string, conversation: string, message: Message): Promise<'accepted' | 'duplicate'> {
    const [known, lane] = [id.toWellFormed(), conversation.toWellFormed()]
    // A conversation that waits for its next message is given it in the transaction that accepts it.
    const hold = this.#activations.claim(lane)
    let taken: Envelope | undefined
    let waiting: Envelope | undefined
    try {
      const fresh = await this.#writer.write(() => {
        const fresh = this.#inbox.insert(known, lane, message)
        // It idled, so all that came before has ended.
        if (fresh) taken = hold?.take(true)
        if (fresh && taken === undefined) waiting = this.#inbox.open(known)
        return fresh
      })
      if (!fresh) return 'duplicate'
    } catch (error) {
      taken = undefined
      throw error
    } finally {
      hold?.give(taken)
    }
    if (taken === undefined) this.#activations.arrived(lane, waiting)
    return 'accepted'
  }

  async settle(
    id: string,
    conversation: string,
    message: Message,
    outcome: Outcome,
    replies: readonly Outgoing[],
  ): Promise<'accepted' | 'duplicate'> {
    const known = id.toWellFormed()
    const fresh = await this.#writer.write(() => {
      const fresh = this.#inbox.insert(known, conversation.toWellFormed(), message, outcome)
      if (fresh) this.#outbox.add(replies, known)
      return fresh
    })
    if (fresh) this.#ended(replies)
    return fresh ? 'accepted' : 'duplicate'
  }

  async post(replies: readonly Outgoing[]): Promise<number> {
    const added = await this.#writer.write(() => this.#outbox.add(replies, null))
    this.#ended(replies)
    return added
  }

  work(run: (activation: Activation) => Promise<void>, limits: QueueLimits): void {
    this.#activations.start(run, limits)
  }

  limit(limits: QueueLimits): void {
    this.#activations.limit(limits)
  }

  pause(): Promise<void> {
    return this.#activations.pause()
  }

  resume(): void {
    this.#activations.resume()
  }

  expect(conversation: string): void {
    this.#activations.expect(conversation.toWellFormed())
  }

  deliver(send: (delivery: Delivery) => Promise<Delivered>): void {
    this.#deliveries.start(send)
  }

  parked(conversation: string): string | undefined {
    return this.#activations.parked(conversation.toWellFormed())
  }

  wake(conversation: string): void {
    this.#activations.wake(conversation.toWellFormed())
  }

  wakeAll(waitsFor: string): void {
    this.#activations.wakeAll(waitsFor)
  }

  retry(adapter: string): void {
    this.#deliveries.retry(adapter)
  }

  async cancel(
    conversation: string,
    replies: (envelope: Envelope) => readonly Outgoing[],
  ): Promise<readonly Envelope[]> {
    const lane = conversation.toWellFormed()
    const ended = await this.#writer.write(() => {
      const waiting = this.#inbox.waiting(lane).filter(({ id }) => !this.#activations.works(lane, id))
      const outgoing = waiting.map((envelope) => ({ envelope, replies: replies(envelope) }))
      for (const { envelope, replies } of outgoing) this.#end([envelope.id], 'cancelled', replies)
      return outgoing
    })
    this.#ended(ended.flatMap(({ replies }) => replies))
    this.#activations.wake(lane)
    return ended.map(({ envelope }) => envelope)
  }

  async move(
    conversation: string,
    fits: (envelope: Envelope) => boolean,
    to: NonNullable<Message['movedTo']>,
    replies: (moved: readonly Envelope[]) => readonly Outgoing[],
  ): Promise<readonly Envelope[]> {
    const lane = conversation.toWellFormed()
    const { moved, outgoing } = await this.#writer.write(() => {
      const moved = this.#inbox.waiting(lane).filter((envelope) => fits(envelope))
      for (const { id, message } of moved) {
        const there = { ...message, movedTo: to }
        this.#inbox.move(id, there)
        this.#activations.moved(lane, id, there)
      }
      const outgoing = replies(moved)
      this.#outbox.add(outgoing, null)
      return { moved, outgoing }
    })
    this.#ended(outgoing)
    return moved
  }

  async amend(id: string, edit: Pick<Message, 'from' | 'text'>): Promise<Amended> {
    const { from, text } = edit
    const known = id.toWellFormed()
    return this.#writer.write(() => {
      const open = this.#inbox.open(known)
      if (open === undefined) return this.#amendPast(known, edit)
      if (open.message.from.id !== from.id) return 'unknown'
      if (open.message.text === text) return 'unchanged'
      if (this.#activations.works(open.conversation, known)) return 'running'
      this.#inbox.amend(known, { ...open.message, text })
      return 'amended'
    })
  }

  async withdraw(id: string, replies: readonly Outgoing[]): Promise<Withdrawn> {
    const known = id.toWellFormed()
    let lane: string | undefined
    const found = await this.#writer.write(() => {
      const open = this.#inbox.open(known)
      if (open === undefined) return this.#past(known)
      if (this.#activations.works(open.conversation, known)) return 'running'
      this.#end([known], 'cancelled', replies)
      lane = open.conversation
      return 'withdrawn'
    })
    if (found === 'withdrawn') this.#ended(replies)
    // It may be what a parked conversation waited with.
    if (lane !== undefined) this.#activations.wake(lane)
    return found
  }

  #amendPast(id: string, edit: Pick<Message, 'from' | 'text'>): Amended {
    const said = this.#inbox.said(id, edit)
    return said === undefined ? 'unknown' : said ? 'unchanged' : 'ended'
  }

  #past(id: string): 'ended' | 'unknown' {
    return this.#inbox.account(id) === undefined ? 'unknown' : 'ended'
  }

  async waiting(conversation: string, most?: number): Promise<readonly Envelope[]> {
    return this.#writer.read(() => this.#inbox.waiting(conversation.toWellFormed(), most))
  }

  async lanes(): Promise<readonly string[]> {
    return this.#writer.read(() => this.#inbox.conversations())
  }

  async unsent(conversation: string): Promise<number> {
    return this.#writer.read(() => this.#outbox.countOf(conversation.toWellFormed()))
  }

  async undelivered(conversation: string): Promise<number> {
    const lane = conversation.toWellFormed()
    return this.#deliveries.putsOff(lane) ? this.#writer.read(() => this.#outbox.countOf(lane)) : 0
  }

  async promised(): Promise<readonly string[]> {
    return this.#writer.read(() => this.#outbox.files())
  }

  async account(id: string): Promise<Account | undefined> {
    const account = this.#writer.read(() => this.#inbox.account(id.toWellFormed()))
    if (account?.state !== 'waiting' || !this.#activations.works(account.conversation, account.id)) {
      return account
    }
    return { ...account, state: 'running' }
  }

  async counts(): Promise<Counts> {
    const { open, undelivered } = this.#writer.read(() => ({
      open: this.#inbox.count(),
      undelivered: this.#outbox.count(),
    }))
    const running = this.#activations.running()
    return { waiting: open - running, running, undelivered, activations: this.#activations.size }
  }

  async idle(): Promise<void> {
    if (this.#isIdle()) return
    await new Promise<void>((resolve, reject) => this.#idlers.push({ resolve, reject }))
  }

  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs)
    return this.#closed
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopPurge()
    const began = performance.now()
    await this.#activations.close(graceMs)
    // After them: what was answered within the grace is still sent.
    await this.#deliveries.close(Math.max(LEAST_SENDING_MS, graceMs - (performance.now() - began)))
    this.#writer.close()
    this.#unlock()
    const closed = new QueueError('closed', 'The queue was closed before it was idle.')
    for (const { reject } of this.#idlers.splice(0)) reject(closed)
  }

  #end(ids: readonly string[], outcome: Outcome, replies: readonly Outgoing[]): boolean {
    if (!ids.every((id) => this.#inbox.end(id, outcome))) return false
    this.#outbox.add(replies, ids[0] ?? null)
    return true
  }

  #ended(replies: readonly Outgoing[]): void {
    this.#deliveries.arrived(new Set(replies.map(({ conversation }) => conversation.toWellFormed())))
    this.#settled()
  }

  #settled(): void {
    if (this.#idlers.length === 0) return
    try {
      if (!this.#isIdle()) return
      for (const { resolve } of this.#idlers.splice(0)) resolve()
    } catch (error) {
      // Whoever waits must hear of it, not whoever just ended a message.
      for (const { reject } of this.#idlers.splice(0)) reject(error)
    }
  }

  #isIdle(): boolean {
    return this.#writer.read(() => this.#inbox.isEmpty() && this.#outbox.isEmpty())
  }
}
