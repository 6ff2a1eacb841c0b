/** Runs work that no other process runs meanwhile under the same key. */
export type Exclusive = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Work under one key goes one after the other, under different keys side by side. Nothing is kept of an idle key. */
export class Lanes {
  readonly #tails = new Map<string, Promise<unknown>>()
  readonly #exclusive: Exclusive | undefined

  /** `exclusive`: keeps other processes out as well. */
  constructor(exclusive?: Exclusive) {
    this.#exclusive = exclusive
  }

  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const exclusive = this.#exclusive
    const work = exclusive === undefined ? task : (): Promise<T> => exclusive(key, task)
    const before = this.#tails.get(key)
    const mine = before === undefined ? work() : before.then(work, work)
    this.#tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.#tails.get(key) === mine) this.#tails.delete(key)
    }
  }
}
