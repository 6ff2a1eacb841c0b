/**
 * Which conversation somebody is in where they write: the place's own, or the one that they handed off to there. The
 * others in that place go on with the place's own. What belongs to a chat in which the bot may not be used any more is
 * gone on with nowhere.
 */
import { type Place, type Scope, homeOf, joinedIn, placeOf } from '../conversation/place.ts'
import type { Message } from '../contract.ts'
import type { HandoffRecord, HandoffShelf } from '../store/handoffs.ts'

export type Chat = NonNullable<HandoffRecord['chat']>

export interface PlacesParts {
  readonly shelf: HandoffShelf
  /** Of this adapter's chats. */
  readonly scope: (adapter: string) => Scope
  /** Do its threads stand for conversations elsewhere, too? */
  readonly joins: (adapter: string) => boolean
  /** May the bot be used in this chat now? */
  readonly isOpen: (chat: Chat) => boolean
  /** Called when a record was changed here. */
  readonly changed?: () => void
}

export class Places {
  readonly #parts: PlacesParts
  /** What is on disk, by person and place. */
  readonly #known = new Map<string, HandoffRecord>()

  private constructor(parts: PlacesParts) {
    this.#parts = parts
  }

  static async open(parts: PlacesParts): Promise<Places> {
    const places = new Places(parts)
    await places.reload()
    return places
  }

  /** Reads what other nodes have changed. */
  async reload(): Promise<void> {
    const found = new Map<string, HandoffRecord>()
    for await (const record of this.#parts.shelf.all()) found.set(keyOf(record), record)
    this.#known.clear()
    for (const [key, record] of found) this.#known.set(key, record)
  }

  /** `person`: the person's first id. */
  of(person: string, message: Pick<Message, 'address' | 'direct'>): Place {
    const joined = this.joined(message)
    if (joined !== undefined) return { conversation: joined, home: homeOf(joined) }
    const own = this.own(person, message)
    const handed = this.#handed(person, own.conversation)
    if (handed === undefined || !this.#isOpen(handed)) return own
    const { conversation } = handed
    return conversation === own.conversation ? own : { conversation, home: homeOf(conversation) }
  }

  /** Was a conversation handed off here that may be gone on with no longer? */
  isClosed(person: string, message: Pick<Message, 'address' | 'direct'>): boolean {
    const handed = this.#handed(person, this.own(person, message).conversation)
    return handed !== undefined && !this.#isOpen(handed)
  }

  /** Whatever was handed off. */
  own(person: string, message: Pick<Message, 'address' | 'direct'>): Place {
    return placeOf(this.#parts.scope(message.address.adapter), person, message)
  }

  /** The conversation elsewhere that this is said in; undefined: it is said in the place's own. */
  joined({ address }: Pick<Message, 'address'>): string | undefined {
    return this.#parts.joins(address.adapter) ? joinedIn(address.thread) : undefined
  }

  /** The conversation that somebody wrote in last; undefined: in none, or in one that is closed by now. */
  lately(person: string): string | undefined {
    const last = this.#handed(person)
    return last !== undefined && this.#isOpen(last) ? last.conversation : undefined
  }

  /** Remembers in which conversation this was written. */
  async wrote(person: string, message: Pick<Message, 'address' | 'direct'>): Promise<void> {
    if (this.joined(message) !== undefined) return
    const { conversation } = this.of(person, message)
    if (this.#handed(person)?.conversation === conversation) return
    const here = this.own(person, message).conversation
    const chat = conversation === here ? chatOf(conversation, message) : this.#handed(person, here)?.chat
    await this.#set({ person, conversation, ...(chat === undefined ? {} : { chat }) })
  }

  /** What this person writes here goes into that conversation from now on, and nowhere else does but in its own place. */
  async handOff(person: string, here: string, conversation: string): Promise<void> {
    const { chat } = [...this.#known.values()].find((known) => known.conversation === conversation) ?? {}
    if (here !== conversation)
      await this.#set({ person, here, conversation, ...(chat === undefined ? {} : { chat }) })
    for (const record of this.#known.values()) {
      const isOther = record.person === person && record.here !== undefined && record.here !== here
      if (isOther && record.conversation === conversation) await this.#delete(record)
    }
  }

  /** This place has its own conversation again for this person. False: it had. */
  async takeBack(person: string, here: string): Promise<boolean> {
    const record = this.#known.get(keyOf({ person, here }))
    if (record !== undefined) await this.#delete(record)
    return record !== undefined
  }

  /** `here`: absent: what they wrote in last. */
  #handed(person: string, here?: string): HandoffRecord | undefined {
    return this.#known.get(keyOf(here === undefined ? { person } : { person, here }))
  }

  #isOpen({ chat }: HandoffRecord): boolean {
    return chat === undefined || this.#parts.isOpen(chat)
  }

  async #set(record: HandoffRecord): Promise<void> {
    await this.#parts.shelf.set(record)
    this.#known.set(keyOf(record), record)
    this.#parts.changed?.()
  }

  async #delete(record: HandoffRecord): Promise<void> {
    await this.#parts.shelf.delete(record)
    this.#known.delete(keyOf(record))
    this.#parts.changed?.()
  }
}

/** Undefined: it is the person's own, wherever they write. */
function chatOf(
  conversation: string,
  { address, direct }: Pick<Message, 'address' | 'direct'>,
): Chat | undefined {
  if (!conversation.startsWith('chat/')) return undefined
  const { adapter, tenant, channel } = address
  return { adapter, channel, direct, ...(tenant === undefined ? {} : { tenant }) }
}

function keyOf({ person, here }: Pick<HandoffRecord, 'person' | 'here'>): string {
  return JSON.stringify([person, here])
}
