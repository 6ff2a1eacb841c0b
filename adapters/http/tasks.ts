/** Tasks that wait for their place: the highest priority first, and of the same the one that came first. */
import type { Bot } from '../../src/contract.ts'
import { messageFor } from './inbound.ts'
import type { Run } from './run.ts'
import type { Runs } from './runs.ts'
import type { RunRecord } from './shapes/run.ts'

export interface TasksParts {
  readonly bot: Bot
  readonly runs: Runs
  readonly concurrency: number
  /** Aborted when the server closes: nothing is begun any more. */
  readonly closing: AbortSignal
}

export class Tasks {
  readonly #parts: TasksParts
  /** Those that the core has. */
  readonly #begun = new Set<Run>()
  readonly #waiting = new Set<Run>()
  #working: Promise<void> = Promise.resolve()

  constructor(parts: TasksParts) {
    this.#parts = parts
  }

  /** Takes up what an earlier process has left. */
  async start(): Promise<void> {
    for (const run of this.#parts.runs.open) {
      if (run.record.kind !== 'task') continue
      if (run.record.begun !== true) this.#waiting.add(run)
      else {
        this.#follow(run)
        await this.#receive(run.record)
      }
    }
    this.#pump()
  }

  get counts(): { readonly waiting: number; readonly running: number; readonly concurrency: number } {
    return {
      waiting: this.#waiting.size,
      running: this.#begun.size,
      concurrency: this.#parts.concurrency,
    }
  }

  add(run: Run): void {
    this.#waiting.add(run)
    this.#pump()
  }

  /** False: it waits no longer. */
  async prefer(run: Run, priority: number): Promise<boolean> {
    if (!this.#waiting.has(run)) return false
    await this.#parts.runs.change(run, (record) => ({ ...record, priority }))
    return true
  }

  /** Ends one that has not ended: what waits is not begun, what runs is stopped. False: it had. */
  async cancel(run: Run): Promise<boolean> {
    if (run.over) return false
    const { bot } = this.#parts
    const { user, session } = run.record
    if (this.#waiting.delete(run)) {
      await this.#end(run, 'cancelled', 'It was cancelled before it began.')
      return true
    }
    if (this.#hasBegun(run)) return bot.office({ id: user }).interrupt(session)
    const message = messageFor(run.record, '', true)
    const deletion = { ...message, kind: 'deletion', of: message.id, id: `${message.id}/cancelled` } as const
    const withdrawn = (await bot.receive(deletion)) === 'accepted'
    // It may have begun meanwhile, or runs although nothing of it was shown yet.
    if (!withdrawn && (await bot.office({ id: user }).interrupt(session))) return true
    await this.#end(run, 'cancelled', 'It was cancelled before it began.')
    return true
  }

  /** Resolves when what is being begun is with the core. */
  settled(): Promise<void> {
    return this.#working
  }

  /** One after another, so that priorities hold. Never rejects. */
  #pump(): void {
    const before = this.#working
    this.#working = (async () => {
      await before
      await this.#fill()
    })()
  }

  async #fill(): Promise<void> {
    const { closing, concurrency } = this.#parts
    while (!closing.aborted && this.#begun.size < concurrency) {
      const first = this.#next()
      if (first === undefined) return
      await this.#begin(first)
    }
  }

  /** One whose session works on another task would take a place and wait there: others go first. */
  #next(): Run | undefined {
    const busy = new Set([...this.#begun].map(sessionOf))
    let best: Run | undefined
    for (const run of this.#waiting)
      if (!busy.has(sessionOf(run)) && (best === undefined || byPriority(run, best) < 0)) best = run
    return best
  }

  /** Never rejects. */
  async #begin(run: Run): Promise<void> {
    const { bot, runs } = this.#parts
    this.#waiting.delete(run)
    this.#follow(run)
    try {
      await this.#makeSession(run.record)
      await runs.change(run, (record) => ({ ...record, begun: true }))
      if ((await this.#receive(run.record)) === 'refused')
        await this.#end(run, 'failed', 'The bot did not take this task.')
    } catch (err) {
      // While it closes the next process takes it up.
      if (this.#parts.closing.aborted) return
      bot.log.warn({ err }, 'a task could not be begun')
      const reason = err instanceof Error ? err.message : String(err)
      await this.#end(run, 'failed', reason).catch((error: unknown) =>
        bot.log.error({ err: error }, 'that a task failed could not be kept'),
      )
    }
  }

  async #makeSession({ user, session, wish }: RunRecord): Promise<void> {
    if (wish === undefined) return
    const office = this.#parts.bot.office({ id: user })
    const there = await office.session(session).catch(() => undefined)
    if (there === undefined) await office.create({ ...wish, id: session })
  }

  #receive(record: RunRecord): ReturnType<Bot['receive']> {
    return this.#parts.bot.receive(messageFor(record, record.text, true))
  }

  #hasBegun({ record: { startedAt } }: Run): boolean {
    return startedAt !== undefined
  }

  #follow(run: Run): void {
    this.#begun.add(run)
    void this.#leave(run)
  }

  async #leave(run: Run): Promise<void> {
    await run.ended
    this.#begun.delete(run)
    this.#pump()
  }

  #end(run: Run, state: 'failed' | 'cancelled', text: string): Promise<void> {
    if (run.over) return Promise.resolve()
    return this.#parts.runs.change(run, (record) =>
      record.endedAt === undefined ? { ...record, state, endedAt: Date.now(), result: { text } } : record,
    )
  }
}

/** No name of a key has a slash. */
function sessionOf({ record: { user, session } }: Run): string {
  return `${user}/${session}`
}

function byPriority({ record: one }: Run, { record: other }: Run): number {
  return other.priority - one.priority || one.createdAt - other.createdAt
}
