/** Leave to run a turn: the bound on turns at a time, over all conversations. */
import pLimit from 'p-limit'

export interface Permits {
  /** Resolves with a function that gives the permit back; rejects with the signal's reason when aborted while waiting. */
  acquire(signal: AbortSignal): Promise<() => void>
  /** Changes the bound; permits given out are not taken back. */
  resize(most: number): void
}

export function createPermits(most: number): Permits {
  const limit = pLimit(most)
  return {
    acquire: (signal) =>
      new Promise((acquired, rejected) => {
        const onAbort = (): void => rejected(signal.reason)
        if (signal.aborted) return onAbort()
        signal.addEventListener('abort', onAbort, { once: true })
        void limit(
          () =>
            new Promise<void>((release) => {
              signal.removeEventListener('abort', onAbort)
              // Whoever was aborted while waiting has left: the place goes to the next.
              if (signal.aborted) release()
              else acquired(release)
            }),
        )
      }),
    resize: (next) => {
      limit.concurrency = next
    },
  }
}

/** Leave by person first, then by the whole bot. `most`: turns of one person at a time; undefined: no bound. */
export class Shares {
  readonly #permits: Permits
  readonly #most: () => number | undefined
  /** Those who have or want a permit. */
  readonly #people = new Map<string, { readonly own: Permits; holders: number }>()

  constructor(permits: Permits, most: () => number | undefined) {
    this.#permits = permits
    this.#most = most
  }

  of(person: string): Pick<Permits, 'acquire'> {
    return { acquire: (signal) => this.#acquire(person, signal) }
  }

  async #acquire(person: string, signal: AbortSignal): Promise<() => void> {
    const most = this.#most() ?? Infinity
    const share = this.#people.get(person) ?? { own: createPermits(most), holders: 0 }
    this.#people.set(person, share)
    share.holders++
    share.own.resize(most)
    const leave = (): void => {
      if (--share.holders === 0) this.#people.delete(person)
    }
    try {
      const giveOwn = await share.own.acquire(signal)
      try {
        const give = await this.#permits.acquire(signal)
        return () => {
          give()
          giveOwn()
          leave()
        }
      } catch (error) {
        giveOwn()
        throw error
      }
    } catch (error) {
      leave()
      throw error
    }
  }
}
