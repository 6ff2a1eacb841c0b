/** How soon a shard begins a further session: ever later while sessions are lost again and again. Pure. */

/** All in milliseconds. */
export interface Spacing {
  /** Before the second further session in a row; each one after it waits twice as long. */
  readonly first: number
  readonly longest: number
  /** A session that was begun so long ago begins no row. */
  readonly calm: number
}

/** Of the thousand sessions that Discord allows a day a shard that loses each at once takes some hundred. */
export const usualSpacing: Spacing = { first: 10_000, longest: 15 * 60_000, calm: 30 * 60_000 }

/** Of a day's sessions so many, or one for each shard, are left to starts: whoever mends the bot must be able to begin it. */
export const leastKept = 50

export class Brake {
  readonly #spacing: Spacing
  #begunAt: number | undefined
  #gap = 0

  constructor(spacing: Spacing) {
    this.#spacing = spacing
  }

  /** Was there a session before? */
  get hasBegun(): boolean {
    return this.#begunAt !== undefined
  }

  /** A session is begun. `now`: milliseconds since 1970. */
  began(now: number): void {
    const { first, longest, calm } = this.#spacing
    const again = this.#begunAt !== undefined && now - this.#begunAt < calm
    this.#gap = again ? Math.min(Math.max(first, this.#gap * 2), longest) : 0
    this.#begunAt = now
  }

  /** Milliseconds until the next one may be begun. */
  wait(now: number): number {
    return this.#begunAt === undefined ? 0 : Math.max(0, this.#begunAt + this.#gap - now)
  }
}
