/** How long is waited after each thing that failed at the gateway: ever longer. */
import { setTimeout as sleep } from 'node:timers/promises'
import { AdapterError, type Log } from '../../src/contract.ts'

const firstWaitMs = 250
const longestWaitMs = 30_000

export class Retries {
  readonly #log: Log
  readonly #signal: AbortSignal
  #failures = 0

  constructor(log: Log, signal: AbortSignal) {
    this.#log = log
    this.#signal = signal
  }

  /** In a row. */
  get failures(): number {
    return this.#failures
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** Tells of it, and resolves when it may be tried again, or will not be. Never rejects. */
  async failed(error: unknown): Promise<void> {
    this.#failures += 1
    const asked = error instanceof AdapterError ? (error.retryAfter ?? 0) : 0
    const refused = error instanceof AdapterError && error.code === 'auth'
    const usual = Math.min(firstWaitMs * 2 ** (this.#failures - 1), longestWaitMs)
    this.#log[refused ? 'error' : 'warn']({ err: error }, 'no connection to Discord yet: it is tried again')
    await this.pause(Math.max(asked, refused ? longestWaitMs : usual) * (0.8 + 0.4 * Math.random()))
  }

  /** Ends early, without an error, when the gateway is left. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#signal }).catch(() => undefined)
  }
}
