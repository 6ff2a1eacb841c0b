/** How something gets to the bot. */

/** An event or a press that the bot has to acknowledge within 3 s. */
export class Delivery {
  readonly body: object
  /** How often it was sent. */
  attempts = 0
  acked = false
  /** Resolves with what the bot answered, once it has. */
  readonly answer: Promise<unknown>
  readonly #answered: (answer: unknown) => void

  constructor(body: object) {
    this.body = body
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
