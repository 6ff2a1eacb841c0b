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

/** Told when the person's own bound is what keeps it waiting, and when that is over. */
type Waits = (forOwn: boolean) => void

/**
 * Leave by person first, then by the whole bot. `most`: turns of one person at a time; undefined: no bound. `freed`:
 * told when somebody left, and fewer than that have or want leave for this person.
 */
export class Shares {
  readonly #permits: Permits
  readonly #most: () => number | undefined
  readonly #freed: (person: string) => void
  /** Those who have or want a permit. */
  readonly #people = new Map<string, { readonly own: Permits; holders: number }>()

  constructor(permits: Permits, most: () => number | undefined, freed: (person: string) => void) {
    this.#permits = permits
    this.#most = most
    this.#freed = freed
  }

  of(person: string, waits: Waits = () => undefined): Pick<Permits, 'acquire'> {
    return { acquire: (signal) => this.#acquire(person, signal, waits) }
  }

  async #acquire(person: string, signal: AbortSignal, waits: Waits): Promise<() => void> {
    const most = this.#most() ?? Infinity
    const share = this.#people.get(person) ?? { own: createPermits(most), holders: 0 }
    this.#people.set(person, share)
    share.holders++
    share.own.resize(most)
    const leave = (): void => {
      if (--share.holders === 0) this.#people.delete(person)
      if (share.holders < (this.#most() ?? Infinity)) this.#freed(person)
    }
    try {
      waits(share.holders > most)
      const giveOwn = await share.own.acquire(signal).finally(() => waits(false))
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
