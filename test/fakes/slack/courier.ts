/** How something gets to the bot. */

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands'

/** Something that the bot has to acknowledge within 3 s. */
export class Delivery {
  readonly type: EnvelopeType
  readonly payload: unknown
  /** How often it was sent. */
  attempts = 0
  acked = false
  /** Resolves with what the bot answered, once it has. */
  readonly answer: Promise<unknown>
  readonly #answered: (answer: unknown) => void

  constructor(type: EnvelopeType, payload: unknown) {
    this.type = type
    this.payload = payload
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.answer = promise
    this.#answered = resolve
  }

  settle(answer: unknown): void {
    this.acked = true
    this.#answered(answer)
  }
}

export interface Courier {
  /** Sends it, again until it is acknowledged. */
  deliver(delivery: Delivery): void
  /** Sends it once more, acknowledged or not. */
  repeat(delivery: Delivery): void
}
