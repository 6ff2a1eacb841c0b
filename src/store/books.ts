/**
 * Rows that many change at once, sums above all. Whatever waits while a write is under way is read, changed and
 * written together: two round trips to the store for all of them, not for each.
 */
import type { Exclusive } from './lanes.ts'
import type { Shelf } from './shelf.ts'

type Rows<T> = Map<string, T | undefined>

export interface Change<T> {
  /** The rows that it needs; asked again when those are there, until it names no other. */
  keys(rows: Rows<T>): readonly string[]
  /** Sets what is to be written. All of it is, or nothing. */
  alter(rows: Rows<T>): void
}

interface Job<T> {
  readonly change: Change<T>
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export class Books<T> {
  readonly #shelf: Pick<Shelf<T>, 'getMany' | 'setMany'>
  readonly #exclusive: Exclusive
  #waiting: Job<T>[] = []
  #writing = false

  /** `exclusive`: keeps other processes out while rows are read and written. */
  constructor(shelf: Pick<Shelf<T>, 'getMany' | 'setMany'>, exclusive?: Exclusive) {
    this.#shelf = shelf
    this.#exclusive = exclusive ?? ((_, work) => work())
  }

  /** Changes are made in the order in which they are asked for. Rejects with what the store throws. */
  change(change: Change<T>): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ change, done, failed })
      if (!this.#writing) void this.#write()
    })
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    this.#writing = true
    // Whoever asks in this same moment comes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#together(this.#waiting.splice(0))
    this.#writing = false
  }

  async #together(jobs: readonly Job<T>[]): Promise<void> {
    try {
      await this.#exclusive('books', () => this.#apply(jobs.map(({ change }) => change)))
      for (const { done } of jobs) done()
    } catch (error) {
      const [only, ...others] = jobs
      if (others.length === 0) return only?.failed(error)
      // One of them may have met a broken row: that is no fault of the others'.
      for (const job of jobs) await this.#together([job])
    }
  }

  async #apply(changes: readonly Change<T>[]): Promise<void> {
    const rows: Rows<T> = new Map()
    for (;;) {
      const wanted = new Set(changes.flatMap((change) => change.keys(rows)))
      const missing = [...wanted].filter((key) => !rows.has(key))
      if (missing.length === 0) break
      const found = await this.#shelf.getMany(missing)
      missing.forEach((key, n) => rows.set(key, found[n]))
    }
    const before = new Map(rows)
    for (const change of changes) change.alter(rows)
    const news = [...rows].flatMap(([key, row]) =>
      row === undefined || row === before.get(key) ? [] : [[key, row] as const],
    )
    if (news.length > 0) await this.#shelf.setMany(news)
  }
}
