/** A turn's place among those that may run at a time: left while somebody decides, taken again afterwards. */
import type { Permits } from './permits.ts'

export class Place implements Disposable {
  readonly #permits: Pick<Permits, 'acquire'>
  readonly #over = new AbortController()
  readonly #ended: AbortSignal
  #release: (() => void) | undefined
  #taking: Promise<void> | undefined

  /** `ended`: nobody waits for a place any more. */
  constructor(permits: Pick<Permits, 'acquire'>, ended: AbortSignal) {
    this.#permits = permits
    this.#ended = AbortSignal.any([ended, this.#over.signal])
  }

  /** Resolves when the turn has a place; two decisions at once share one. Rejects when the turn ends first. */
  take(): Promise<void> {
    if (this.#release !== undefined) return Promise.resolve()
    this.#taking ??= this.#take().finally(() => (this.#taking = undefined))
    return this.#taking
  }

  leave(): void {
    this.#release?.()
    this.#release = undefined
  }

  /** The turn is over: what is still waited for is not wanted any more. */
  [Symbol.dispose](): void {
    this.#over.abort(new Error('the turn is over'))
    this.leave()
  }

  async #take(): Promise<void> {
    const release = await this.#permits.acquire(this.#ended)
    // It was given in the same moment in which the turn ended.
    if (this.#over.signal.aborted) release()
    else this.#release = release
  }
}
