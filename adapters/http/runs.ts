/** All that was asked over HTTP and is not forgotten: on disk, so that a result can be fetched whenever. */
import type { Keep, Log } from '../../src/contract.ts'
import { Problem } from './problems.ts'
import { EventKeeper } from './event-keeper.ts'
import { Run } from './run.ts'
import { RunRecord } from './shapes/run.ts'

/** How long the events of a run that has ended stay to be read. */
const lingersMs = 10 * 60 * 1000
const sweepMs = 60 * 1000
const dayMs = 24 * 60 * 60 * 1000

/** What a list is made from. */
export type RunLine = Omit<RunRecord, 'text' | 'result' | 'wish' | 'trace'>

export interface RunsParts {
  readonly keep: Keep
  readonly log: Log
  /** Days for which they are kept. */
  readonly keepDays: number
  /** True: nothing new is taken in. */
  readonly isClosed: () => boolean
}

export class Runs {
  readonly #keep: Keep
  readonly #log: Log
  readonly #keepMs: number
  readonly #closed: () => boolean
  /** By place on disk. */
  readonly #lines = new Map<string, RunLine>()
  readonly #live = new Map<string, Run>()
  readonly #events: EventKeeper
  readonly #enders = new Set<(record: RunRecord) => void>()
  readonly #timer: NodeJS.Timeout

  private constructor({ keep, log, keepDays, isClosed }: RunsParts) {
    this.#keep = keep
    this.#closed = isClosed
    this.#log = log
    this.#keepMs = keepDays * dayMs
    this.#events = new EventKeeper(keep, log)
    this.#timer = setInterval(() => void this.#sweep(), sweepMs)
    this.#timer.unref()
  }

  static async open(parts: RunsParts): Promise<Runs> {
    const { keep, log } = parts
    const runs = new Runs(parts)
    const records = new Map<string, RunRecord>()
    for await (const [place, value] of keep.entries()) {
      if (runs.#events.find(place, value) || !place.startsWith(root)) continue
      const record = runIn(value)
      if (record === undefined)
        log.error({ place }, 'what was asked once cannot be read any more, and is passed over')
      else records.set(place, record)
    }
    for (const [place, record] of records) runs.#restore(place, record)
    await runs.#events.dropOthers()
    return runs
  }

  /** What ended a while ago is read from the disk when somebody asks. */
  #restore(place: string, record: RunRecord): void {
    const task = taskOf(record)
    const before = this.#events.of(task)
    this.#lines.set(place, lineOf(record))
    if (record.endedAt !== undefined && before.length === 0) return
    const run = new Run(record, before)
    this.#live.set(place, run)
    if (record.kind === 'task') this.#events.watch(task, run)
  }

  /** Resolves when the events that have come are kept. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#events.close()
  }

  /** Those that have not ended. */
  get open(): readonly Run[] {
    return [...this.#live.values()].filter(({ over }) => !over)
  }

  get lines(): readonly RunLine[] {
    return [...this.#lines.values()]
  }

  /** The run of this name where there is one; `isNew`: it is this. Of two at the same moment one is new. Throws {@link Problem} while nothing new is taken in. */
  async add(record: RunRecord): Promise<{ readonly run: Run; readonly isNew: boolean }> {
    const known = await this.find(record.user, record.id)
    const place = placeOf(record)
    const meanwhile = this.#live.get(place) ?? known
    if (meanwhile !== undefined) return { run: meanwhile, isNew: false }
    if (this.#closed())
      throw new Problem(503, 'draining', 'The bot takes nothing new: it is about to stop. Try again later.')
    const run = new Run(record)
    this.#live.set(place, run)
    this.#lines.set(place, lineOf(record))
    if (record.kind === 'task') this.#events.watch(taskOf(record), run)
    await this.#keep.set(place, JSON.stringify(record))
    return { run, isNew: true }
  }

  /** It never came to be. */
  async drop({ record }: Run): Promise<void> {
    const place = placeOf(record)
    this.#live.delete(place)
    this.#lines.delete(place)
    await this.#events.forget(taskOf(record))
    await this.#keep.delete(place)
  }

  async find(user: string, id: string): Promise<Run | undefined> {
    const place = placeOf({ user, id })
    const live = this.#live.get(place)
    if (live !== undefined || !this.#lines.has(place)) return live
    const kept = await this.#keep.get(place)
    return kept === undefined ? undefined : new Run(RunRecord.parse(JSON.parse(kept)))
  }

  /** One that has not ended. */
  living(user: string, id: string): Run | undefined {
    const run = this.#live.get(placeOf({ user, id }))
    return run?.over === false ? run : undefined
  }

  /** One change of a run after the other. On disk first: whoever sees the end can rely on it. */
  change(run: Run, changed: (record: RunRecord) => RunRecord): Promise<void> {
    return run.inOrder(async () => {
      const record = changed(run.record)
      const place = placeOf(record)
      const ends = !run.over && record.endedAt !== undefined
      await this.#keep.set(place, JSON.stringify(record))
      this.#lines.set(place, lineOf(record))
      run.change(record)
      if (ends) for (const listener of this.#enders) listener(record)
    })
  }

  /** A change that a crash may lose: it costs no write. */
  note(run: Run, changed: (record: RunRecord) => RunRecord): Promise<void> {
    return run.inOrder(async () => {
      const record = changed(run.record)
      this.#lines.set(placeOf(record), lineOf(record))
      run.change(record)
    })
  }

  /** Calls back with each that ends from now on. The listener returns at once and never throws. */
  onEnd(listener: (record: RunRecord) => void): void {
    this.#enders.add(listener)
  }

  /** Never rejects. */
  async #sweep(): Promise<void> {
    const now = Date.now()
    try {
      for (const [place, { endedAt = now, ...line }] of this.#lines) {
        if (now - endedAt > lingersMs) {
          this.#live.delete(place)
          await this.#events.forget(taskOf(line))
        }
        if (now - endedAt <= this.#keepMs) continue
        await this.#keep.delete(place)
        this.#lines.delete(place)
      }
    } catch (err) {
      this.#log.warn({ err }, 'old results could not be forgotten; it is tried again')
    }
  }
}

/** Undefined: it was not written by this version. */
function runIn(text: string): RunRecord | undefined {
  try {
    return RunRecord.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const root = 'run/'

function placeOf(record: Pick<RunRecord, 'user' | 'id'>): string {
  return `${root}${taskOf(record)}`
}

function taskOf({ user, id }: Pick<RunRecord, 'user' | 'id'>): string {
  return `${user}/${id}`
}

function lineOf({ text: _text, result: _result, wish: _wish, trace: _trace, ...line }: RunRecord): RunLine {
  return line
}
