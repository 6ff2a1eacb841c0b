/** What happens in one chat is handed over in the order in which it came, whatever has to be found out about each. */
export class Order {
  /** The newest of each chat. Never rejects. */
  readonly #last = new Map<string, Promise<unknown>>()

  /** Resolves with `found` when all that came before it in this chat has resolved. */
  async behind<T>(chat: string, found: Promise<T>): Promise<T> {
    const turn = Promise.all([found, this.#last.get(chat)]).then(([own]) => own)
    const settled = turn.then(
      () => undefined,
      () => undefined,
    )
    this.#last.set(chat, settled)
    try {
      return await turn
    } finally {
      if (this.#last.get(chat) === settled) this.#last.delete(chat)
    }
  }
}
