/** Counts how often a turn was made to fail, so that "twice, then normally" can be kept. */
import { createHash } from 'node:crypto'

/** Turns that are remembered; past that the oldest starts anew. */
const mostTurns = 1000

export class Failures {
  readonly #counts = new Map<string, number>()

  /** @param turn what names it, of any length */
  of(turn: string): number {
    return this.#counts.get(digest(turn)) ?? 0
  }

  add(turn: string): void {
    this.#counts.set(digest(turn), this.of(turn) + 1)
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > mostTurns && oldest !== undefined) this.#counts.delete(oldest)
  }
}

function digest(turn: string): string {
  return createHash('sha256').update(turn).digest('base64')
}
