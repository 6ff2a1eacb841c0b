/** Who pays for what a conversation's process asks of the model. */
import type { Purse, TokenUsage } from '../claude/turn.ts'
import type { Message } from '../contract.ts'
import type { ConversationParts } from './parts.ts'

export class Payers implements Purse {
  readonly #parts: Pick<ConversationParts, 'budgets' | 'log'>
  readonly #served: () => Message | undefined
  readonly #bookings = new Set<Promise<void>>()

  /** `served`: whom Claude works for now, or worked for last. */
  constructor(parts: Pick<ConversationParts, 'budgets' | 'log'>, served: () => Message | undefined) {
    this.#parts = parts
    this.#served = served
  }

  async refusal(unbooked: () => TokenUsage): Promise<string | undefined> {
    const message = this.#served()
    return message && this.#parts.budgets.refusal(message, unbooked)
  }

  spent(unclaimed: TokenUsage): void {
    const message = this.#served()
    if (message === undefined) return
    const booking = this.#parts.budgets
      .bookUnclaimed(message, unclaimed)
      .catch((err: unknown) =>
        this.#parts.log.error({ err, unclaimed }, 'what was spent could not be written down'),
      )
      .finally(() => this.#bookings.delete(booking))
    this.#bookings.add(booking)
  }

  /** Resolves when all that was spent is in the books. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#bookings)
  }
}
