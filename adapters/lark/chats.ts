/** Which chat is whose with the bot: lists want its id, and Feishu tells it with messages alone. */
import { Newest, type Keep } from '../../src/contract.ts'

const mostRemembered = 1000

export class DirectChats {
  readonly #keep: Keep
  /** By person, the one heard from last at the end. */
  readonly #known = new Newest<string>(mostRemembered)

  constructor(keep: Keep) {
    this.#keep = keep
  }

  /** Rejects when it could not be written down. */
  async heard(person: string, chat: string): Promise<void> {
    if ((await this.of(person)) !== chat) await this.#keep.set(keyOf(person), chat)
    this.#known.set(person, chat)
  }

  /** Undefined: they have not written yet. */
  async of(person: string): Promise<string | undefined> {
    return this.#known.get(person) ?? this.#keep.get(keyOf(person))
  }
}

function keyOf(person: string): string {
  return `chat/${person}`
}
