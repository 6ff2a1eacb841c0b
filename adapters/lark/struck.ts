/** Messages that are not to be run, however they come: recalled before they were here, or refused when they were. */
import type { Keep } from '../../src/contract.ts'

/** Feishu delivers again what was not acknowledged for about seven hours, over restarts of the bot too. */
const heldMs = 8 * 60 * 60 * 1000
const mostRemembered = 5000
const prefix = 'struck/'

/** Methods reject when the disk fails. */
export class Struck {
  readonly #keep: Keep
  /** Until when, by their ids; the oldest first. All of this process, and those that stood on disk when it began. */
  readonly #until = new Map<string, number>()

  constructor(keep: Keep) {
    this.#keep = keep
  }

  /** Takes up what earlier processes have written down. To be called once, before anything arrives. */
  async load(): Promise<void> {
    const kept: (readonly [id: string, until: number])[] = []
    for await (const [key, value] of this.#keep.entries()) {
      if (key.startsWith(prefix)) kept.push([key.slice(prefix.length), Number(value)])
    }
    for (const [id, until] of kept.toSorted(([, a], [, b]) => a - b)) this.#until.set(id, until)
    await this.#sweep()
  }

  async add(id: string): Promise<void> {
    const until = Date.now() + heldMs
    // Known from now on, also to what is looked at while the disk is written.
    this.#until.delete(id)
    this.#until.set(id, until)
    await this.#keep.set(`${prefix}${id}`, String(until))
    await this.#sweep()
  }

  /** Another process of the same bot may have been told: Feishu tells one of them. */
  async has(id: string): Promise<boolean> {
    const until = this.#until.get(id) ?? Number((await this.#keep.get(`${prefix}${id}`)) ?? 0)
    return until > Date.now()
  }

  /** What is over, and the oldest of too many, is forgotten. */
  async #sweep(): Promise<void> {
    const now = Date.now()
    for (const [id, until] of this.#until) {
      if (until > now && this.#until.size <= mostRemembered) break
      this.#until.delete(id)
      await this.#keep.delete(`${prefix}${id}`)
    }
  }
}
