/** So many calls within so long. */
import { Refusal } from './endpoint.ts'

export class Rates {
  readonly #calls = new Map<string, number[]>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts a call. Throws {@link Refusal} `code` where there were `most` of them within the last `ms`. */
  count(what: string, most: number, ms: number, code: number): void {
    const now = this.#now()
    const recent = (this.#calls.get(what) ?? []).filter((at) => at > now - ms)
    if (recent.length >= most) {
      throw new Refusal(code, 'This operation triggers the frequency limit', {
        status: code === 99991400 ? 429 : 400,
        resetSeconds: Math.ceil(ms / 1000),
      })
    }
    this.#calls.set(what, [...recent, now])
  }
}
