/**
 * Next cards that are being sent, by the message that their turn began in: when the process dies then, nobody else knows
 * that they may stand. Methods reject when the disk fails.
 */
import type { Keep, Sent } from '../../src/contract.ts'

export class Pending {
  readonly #keep: Keep

  constructor(keep: Keep) {
    this.#keep = keep
  }

  /** `key`: what it is sent by. */
  async begins(first: Sent, key: string): Promise<void> {
    await this.#keep.set(placeOf(first), key)
  }

  /** Somebody else knows of it by now, or it is gone. */
  async ends(first: Sent): Promise<void> {
    await this.#keep.delete(placeOf(first))
  }

  /** The key of a card that may stand. */
  async of(first: Sent): Promise<string | undefined> {
    return this.#keep.get(placeOf(first))
  }
}

function placeOf({ id }: Sent): string {
  return `next-card/${id}`
}
