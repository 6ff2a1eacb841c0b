/** A turn's place among those that may run at a time: left while somebody decides, taken again afterwards. */
import type { Permits } from './permits.ts'

export class Place implements Disposable {
  readonly #permits: Pick<Permits, 'acquire'>
  readonly #over = new AbortController()
  readonly #ended: AbortSignal
  readonly #onEnded = (): void => this.#over.abort(this.#ended.reason)
  #release: (() => void) | undefined
  #taking: Promise<void> | undefined

  /** `ended`: nobody waits for a place any more. */
  constructor(permits: Pick<Permits, 'acquire'>, ended: AbortSignal) {
    this.#permits = permits
    this.#ended = ended
    // By hand: a signal of two signals costs more than the rest of this, and a turn has one of these.
    if (ended.aborted) this.#onEnded()
    else ended.addEventListener('abort', this.#onEnded, { once: true })
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
    this.#ended.removeEventListener('abort', this.#onEnded)
    this.#over.abort(new Error('the turn is over'))
    this.leave()
  }

  async #take(): Promise<void> {
    const release = await this.#permits.acquire(this.#over.signal)
    // It was given in the same moment in which the turn ended.
    if (this.#over.signal.aborted) release()
    else this.#release = release
  }
}
