/** Numbers for the changes of a card, each higher than the one before. */
import { Newest } from '../../src/contract.ts'

/**
 * They follow the clock, in tenths of a second: a process that changes a card of one before it need not know how far
 * that one got. They are 31 bits wide: since this moment there is room for more than six years, then it begins anew.
 */
const epoch = Date.UTC(2026, 0, 1)
const mostNumber = 2 ** 31 - 1
/** A number that was not high enough is followed by one that is so much higher. */
const leap = 10_000
const mostRemembered = 1000

export class Numbers {
  /** By card, the one changed last at the end. */
  readonly #last = new Newest<number>(mostRemembered)

  next(card: string): number {
    const now = Math.floor((Date.now() - epoch) / 100) % mostNumber
    return this.#last.set(card, Math.max((this.#last.get(card) ?? 0) + 1, now))
  }

  /** The last one was not high enough: somebody else has changed the card. */
  leap(card: string): void {
    this.#last.set(card, (this.#last.get(card) ?? 0) + leap)
  }
}
