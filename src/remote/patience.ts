/** Trying again while a server cannot be reached: how fast, and for how long. */
import { sleep } from '../reply/sleep.ts'
import { RemoteError } from './errors.ts'
import type { ServerEvent } from './event-stream.ts'

const firstMs = 250
const longestMs = 5_000

class Patience {
  readonly #mostMs: number
  #tries = 0
  #since = 0

  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  reset(): void {
    this.#tries = 0
  }

  /** Throws the error where no trying helps any more. Returns early when the signal is aborted. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    if (!(error instanceof RemoteError) || !error.passing) throw error
    if (this.#tries === 0) this.#since = performance.now()
    if (performance.now() - this.#since > this.#mostMs) throw error
    const ms = Math.min(firstMs * 2 ** this.#tries++, longestMs)
    await sleep(ms, signal)
  }
}

/** Does it until it is done. Undefined: the signal was aborted before. Throws what no trying helps against. */
export async function persistently<T>(
  work: () => Promise<T>,
  mostMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const patience = new Patience(mostMs)
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      await patience.wait(error, signal)
    }
  }
  return undefined
}

/** `open`: the server has taken the request, or does again. */
export type Heard =
  | { readonly kind: 'open' | 'lost' }
  | { readonly kind: 'event'; readonly event: ServerEvent }

/**
 * All events up to one that is the last, over connections that drop. Ends with the signal; throws what no trying helps
 * against.
 */
export async function* unbroken(
  open: (after: string | undefined) => Promise<AsyncIterable<ServerEvent>>,
  isLast: (event: ServerEvent) => boolean,
  mostMs: number,
  signal: AbortSignal,
): AsyncGenerator<Heard, void> {
  const patience = new Patience(mostMs)
  let after: string | undefined
  while (!signal.aborted) {
    let openedAt = Number.POSITIVE_INFINITY
    try {
      const events = await open(after)
      openedAt = performance.now()
      yield { kind: 'open' }
      for await (const event of events) {
        patience.reset()
        after = event.id ?? after
        yield { kind: 'event', event }
        if (isLast(event)) return
      }
      // A server that stops ends what it has begun.
      throw new RemoteError('no-answer', 'The server has hung up.')
    } catch (error) {
      if (signal.aborted) return
      yield { kind: 'lost' }
      // One that is opened and dropped at once is no better than none.
      if (performance.now() - openedAt > longestMs) patience.reset()
      await patience.wait(error, signal)
    }
  }
}
