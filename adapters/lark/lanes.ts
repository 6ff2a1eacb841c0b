/** What happens in one chat is looked up and handed on in its order. */

export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs `work` when all before it in this lane has ended, well or not. */
  async in<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(lane) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#last.set(lane, mine)
    try {
      return await mine
    } finally {
      if (this.#last.get(lane) === mine) this.#last.delete(lane)
    }
  }
}
