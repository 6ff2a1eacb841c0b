/** The cards that a turn grows in: one, or as many as its text takes, one after the other. */
import type { Address, Log, Sent, TextReply, TurnView } from '../../src/contract.ts'
import { type CardEntity, together } from './entity.ts'
import { markOf } from './finder.ts'
import type { Outbound } from './outbound.ts'
import type { Cut } from './overflow.ts'
import type { Pending } from './pending.ts'
import { finalCard, fullCard, type Shown, streamingCard } from './turn-card.ts'
import type { Words } from './words.ts'

/** What there is once Feishu is reached. */
interface Connected {
  readonly entity: () => CardEntity
  readonly outbound: Outbound
  readonly pending: Pending
  readonly log: Log
}

export interface CardsParts {
  /** Throws AdapterError where Feishu is not reached yet. */
  readonly connected: () => Connected
  readonly words: Words
}

/** Methods throw AdapterError, and when the disk fails. */
export class Cards {
  readonly #parts: CardsParts
  readonly #to: Address
  readonly #key: string
  /** Those that stand, in order. */
  readonly #all: CardEntity[] = []
  /** The one that is shown in, or is to be sent next. */
  #current: CardEntity | undefined
  /** The text that stands in cards that are full. */
  #past = ''
  /** What the current one begins with besides its text. */
  #opening = ''
  /** The key of the next one, from when it is sent until somebody knows of it. */
  #sending: string | undefined
  /** So many stood when somebody asked last. */
  #asked = 0

  constructor(parts: CardsParts, to: Address, key: string) {
    this.#parts = parts
    this.#to = to
    this.#key = key
  }

  get count(): number {
    return this.#all.length
  }

  get standing(): readonly Sent[] {
    return this.#all.flatMap(({ sent }) => sent ?? [])
  }

  /** Whoever asks writes down where they stand, before anything else is asked of them. */
  get sent(): Sent | undefined {
    this.#asked = this.#all.length
    return together(this.standing)
  }

  /** What of the text the current one shows. Undefined: it does not go on from what stands in cards that are full. */
  going(markdown: string): string | undefined {
    if (!markdown.startsWith(this.#past)) return undefined
    return this.#opening + markdown.slice(this.#past.length)
  }

  /** Sends one that shows this. Called again it leads to the same message. */
  async open(shown: Shown): Promise<void> {
    const { outbound, entity } = this.#parts.connected()
    const current = (this.#current ??= entity())
    const stands = this.#all.includes(current)
    const key = keyOf(this.#key, stands ? this.count - 1 : this.count)
    const card = streamingCard(shown, this.#to, this.#parts.words, markOf(key))
    if (stands) return current.replace(card)
    if (this.count > 0) await this.#send(key)
    const fresh = await current.open(card, outbound.poster(this.#to, key))
    this.#all.push(current)
    // A card that a process before this one left shows what that one knew.
    if (!fresh) await current.replace(card)
  }

  async stream(before: Shown, next: Shown): Promise<void> {
    await this.#current?.stream(before, next, this.#parts.words)
  }

  async reopen(): Promise<void> {
    await this.#current?.reopen()
  }

  /** The current one is full, and holds this page; the rest of the text is for a next one. */
  async turn({ page, opening, rest }: Cut, { markdown, tools }: TurnView): Promise<void> {
    await this.#current?.finish(fullCard(page, keyOf(this.#key, this.count - 1), tools, this.#parts.words))
    this.#past = markdown.slice(0, markdown.length - rest.length)
    this.#opening = opening
    this.#current = undefined
  }

  /** Everybody who asked for {@link sent} since the last one was sent knows of all. */
  async known(): Promise<void> {
    if (this.#asked === this.#all.length) await this.#send(undefined)
  }

  /** Each holds its part, and those for which there is none are taken back. `shown`: what the current one was to show. */
  async end(parts: readonly TextReply[], tools: TurnView['tools'], shown: Shown): Promise<void> {
    const { outbound } = this.#parts.connected()
    // A next one may have been sent: sent again it is found.
    if (this.#current !== undefined && !this.#all.includes(this.#current)) await this.open(shown)
    for (const [index, card] of this.#all.entries()) {
      const part = parts[index]
      if (part !== undefined) {
        const made = finalCard(
          part,
          index === 0 ? tools : [],
          this.#parts.words,
          await outbound.pictures.of(part),
        )
        await card.finish(made)
      } else if (card.sent !== undefined) await outbound.withdraw(card.sent)
    }
  }

  /** What is shown stays, closed. */
  async abandon(): Promise<void> {
    await this.#current?.abandon()
  }

  async #send(next: string | undefined): Promise<void> {
    const [first] = this.standing
    if (first === undefined || next === this.#sending) return
    const { pending } = this.#parts.connected()
    await (next === undefined ? pending.ends(first) : pending.begins(first, next))
    this.#sending = next
  }
}

/** What the card at `index` is sent by while the turn goes on in it. */
function keyOf(key: string, index: number): string {
  return index === 0 ? key : `${key}/${index + 1}`
}
