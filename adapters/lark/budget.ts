/** Feishu's rates, kept before Feishu has to ask for it: so many calls within any stretch of time. */

interface Rate {
  readonly most: number
  /** Milliseconds; a little more than Feishu's, for calls do not all travel equally fast. */
  readonly within: number
}

/** A chat takes 5 messages a second, of all bots in it; a card 10 changes; an endpoint 1000 calls a minute and 50 a second. */
const rates = {
  post: { most: 5, within: 1150 },
  patch: { most: 5, within: 1150 },
  // Half of what is taken: calls that were held up arrive with those after them.
  endpoint: { most: 25, within: 1000 },
  stream: { most: 15, within: 1000 },
  card: { most: 9, within: 1150 },
} as const satisfies Record<string, Rate>
export type Rated = keyof typeof rates

const mostRemembered = 1000

export class Budget {
  /** By what is counted: when the last calls were made, or will be; milliseconds since 1970. */
  readonly #times = new Map<string, readonly number[]>()

  /** Milliseconds until such a call may be made. 0: now, and it counts as made. */
  take(rated: Rated, what = ''): number {
    const wait = this.#wait(rated, what)
    if (wait === 0) this.#book(rated, what, Date.now())
    return wait
  }

  /** Counts a call that is made in its turn, at most `patience` milliseconds from now. Answers how many, or undefined. */
  queue(rated: Rated, what: string, patience: number): number | undefined {
    const wait = this.#wait(rated, what)
    if (wait > patience) return undefined
    this.#book(rated, what, Date.now() + wait)
    return wait
  }

  #book(rated: Rated, what: string, at: number): void {
    const key = `${rated} ${what}`
    this.#times.set(key, [...(this.#times.get(key) ?? []), at].slice(-rates[rated].most))
    if (this.#times.size > mostRemembered) this.#sweep()
  }

  #wait(rated: Rated, what: string): number {
    const { most, within } = rates[rated]
    const times = this.#times.get(`${rated} ${what}`) ?? []
    const first = times.length < most ? undefined : times[0]
    return first === undefined ? 0 : Math.max(0, first + within - Date.now())
  }

  #sweep(): void {
    const old = Date.now() - Math.max(...Object.values(rates).map(({ within }) => within))
    for (const [key, times] of this.#times) if ((times.at(-1) ?? 0) < old) this.#times.delete(key)
  }
}
