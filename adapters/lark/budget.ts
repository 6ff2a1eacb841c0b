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

/** A call that was made, or will be. Milliseconds since 1970. */
interface Call {
  readonly booked: number
  /** When it was answered: Feishu has counted it by then. Undefined: it is under way. */
  answered: number | undefined
}

/** The right to a call. To be disposed of when the call was answered, however that went. */
export interface Turn extends Disposable {
  /** Milliseconds until the call may be made. */
  readonly wait: number
}

export class Budget {
  /** By what is counted: the last calls. */
  readonly #calls = new Map<string, readonly Call[]>()

  /** Milliseconds until such a call may be made. 0: now, and it counts as made. */
  take(rated: Rated, what = ''): number {
    const wait = this.#wait(rated, what)
    const now = Date.now()
    if (wait === 0) this.#book(rated, what, { booked: now, answered: now })
    return wait
  }

  /** Counts a call that is made in its turn, at most `patience` milliseconds from now. Undefined: that is too late. */
  queue(rated: Rated, what: string, patience: number): Turn | undefined {
    const wait = this.#wait(rated, what)
    if (wait > patience) return undefined
    const call: Call = { booked: Date.now() + wait, answered: undefined }
    this.#book(rated, what, call)
    return { wait, [Symbol.dispose]: () => void (call.answered = Date.now()) }
  }

  #book(rated: Rated, what: string, call: Call): void {
    const key = `${rated} ${what}`
    const { most } = rates[rated]
    const calls = [...(this.#calls.get(key) ?? []), call].toSorted((a, b) => timeOf(a) - timeOf(b))
    this.#calls.set(key, calls.slice(-most))
    if (this.#calls.size > mostRemembered) this.#sweep()
  }

  #wait(rated: Rated, what: string): number {
    const { most, within } = rates[rated]
    const times = (this.#calls.get(`${rated} ${what}`) ?? []).map(timeOf)
    return times.length < most ? 0 : Math.max(0, Math.min(...times) + within - Date.now())
  }

  #sweep(): void {
    const old = Date.now() - Math.max(...Object.values(rates).map(({ within }) => within))
    for (const [key, calls] of this.#calls) {
      if (calls.every((call) => timeOf(call) < old)) this.#calls.delete(key)
    }
  }
}

/** On a busy machine a call is made later than it was booked for, and counts from then on. */
function timeOf({ booked, answered }: Call): number {
  return answered ?? Math.max(booked, Date.now())
}
