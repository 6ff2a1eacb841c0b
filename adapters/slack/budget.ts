/** Slack's rates, kept before Slack has to ask for it: so many calls a minute, and a few at once. */

interface Rate {
  readonly perMinute: number
  readonly burst: number
}

/** As documented for a workspace, less the burst; posting counts by channel. Finals may go beyond. */
const rates = {
  post: { perMinute: 60, burst: 5 },
  // Both ways to read what was said.
  history: { perMinute: 40, burst: 10 },
  'chat.update': { perMinute: 40, burst: 10 },
  'chat.startStream': { perMinute: 12, burst: 8 },
  // Each turn takes up to two; what ends one is not held up.
  'agents.sessions.setStatus': { perMinute: 20, burst: 8 },
  'chat.appendStream': { perMinute: 80, burst: 20 },
} as const satisfies Record<string, Rate>
export type Rated = keyof typeof rates

const mostRemembered = 1000

export class Budget {
  /** By what is counted: when it would be due if calls came evenly; milliseconds since 1970. */
  readonly #due = new Map<string, number>()

  /** Milliseconds until such a call may be made. 0: now, and it counts as made. */
  take(rated: Rated, channel = ''): number {
    const wait = this.#wait(rated, channel)
    if (wait === 0) this.book(rated, channel)
    return wait
  }

  /** Counts a call that is made in its turn, at most `patience` milliseconds from now. Answers how many, or undefined. */
  queue(rated: Rated, channel: string, patience: number): number | undefined {
    const wait = this.#wait(rated, channel)
    if (wait > patience) return undefined
    this.book(rated, channel)
    return wait
  }

  /** Counts a call that is made whatever the rate. */
  book(rated: Rated, channel = ''): void {
    const key = `${rated} ${channel}`
    const now = Date.now()
    this.#due.set(key, Math.max(this.#due.get(key) ?? 0, now) + 60_000 / rates[rated].perMinute)
    if (this.#due.size > mostRemembered) this.#sweep(now)
  }

  /** What is remembered. */
  get size(): number {
    return this.#due.size
  }

  #wait(rated: Rated, channel: string): number {
    const { perMinute, burst } = rates[rated]
    const early = (this.#due.get(`${rated} ${channel}`) ?? 0) - ((burst - 1) * 60_000) / perMinute
    return Math.max(0, Math.ceil(early - Date.now()))
  }

  #sweep(now: number): void {
    for (const [key, due] of this.#due) if (due < now) this.#due.delete(key)
  }
}
