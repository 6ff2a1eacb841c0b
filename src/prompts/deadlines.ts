/** Moments at which something is due, on one timer. What they are is kept elsewhere; this only wakes. */

/** The longest that a timer can wait. */
const longestMs = 2 ** 31 - 1

export class Deadlines {
  readonly #due: (id: string) => void
  readonly #at = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(due: (id: string) => void) {
    this.#due = due
  }

  /** Milliseconds since 1970; one for each id. */
  set(id: string, at: number): void {
    this.#at.set(id, at)
    this.#arm()
  }

  delete(id: string): void {
    if (this.#at.delete(id)) this.#arm()
  }

  close(): void {
    this.#at.clear()
    clearTimeout(this.#timer)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    if (this.#at.size === 0) return
    const wait = Math.min(...this.#at.values()) - Date.now()
    this.#timer = setTimeout(() => this.#wake(), Math.min(Math.max(wait, 0), longestMs))
  }

  #wake(): void {
    const now = Date.now()
    const past = [...this.#at].filter(([, at]) => at <= now)
    for (const [id] of past) this.#at.delete(id)
    this.#arm()
    for (const [id] of past) this.#due(id)
  }
}
