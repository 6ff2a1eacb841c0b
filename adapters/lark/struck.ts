/** Messages that are not to be run, however they come: recalled before they were here, or refused when they were. */

/** Feishu delivers again what was not acknowledged for about seven hours. */
const heldMs = 8 * 60 * 60 * 1000
const mostRemembered = 5000

export class Struck {
  /** Until when, by their ids; the oldest first. */
  readonly #until = new Map<string, number>()

  add(id: string): void {
    this.#until.delete(id)
    this.#until.set(id, Date.now() + heldMs)
    for (const oldest of this.#until.keys()) {
      if (this.#until.size <= mostRemembered) break
      this.#until.delete(oldest)
    }
  }

  has(id: string): boolean {
    return (this.#until.get(id) ?? 0) > Date.now()
  }
}
