/**
 * Which conversation somebody is in where they write: the place's own, or the one that they handed off to there. The
 * others in that place go on with the place's own.
 */
import { type Place, type Scope, homeOf, placeOf } from '../conversation/place.ts'
import type { Message } from '../contract.ts'
import type { HandoffRecord, HandoffShelf } from '../store/handoffs.ts'

export class Places {
  readonly #shelf: HandoffShelf
  readonly #scope: () => Scope
  /** What is on disk, by person and place. */
  readonly #known = new Map<string, HandoffRecord>()

  private constructor(shelf: HandoffShelf, scope: () => Scope) {
    this.#shelf = shelf
    this.#scope = scope
  }

  static async open(shelf: HandoffShelf, scope: () => Scope): Promise<Places> {
    const places = new Places(shelf, scope)
    for await (const record of shelf.all()) places.#known.set(keyOf(record), record)
    return places
  }

  /** `person`: the person's first id. */
  of(person: string, message: Pick<Message, 'address' | 'direct'>): Place {
    const own = this.own(person, message)
    const { conversation } = this.#known.get(keyOf({ person, here: own.conversation })) ?? own
    return conversation === own.conversation ? own : { conversation, home: homeOf(conversation) }
  }

  /** Whatever was handed off. */
  own(person: string, message: Pick<Message, 'address' | 'direct'>): Place {
    return placeOf(this.#scope(), person, message)
  }

  /** The conversation that somebody wrote in last; undefined: in none. */
  lately(person: string): string | undefined {
    return this.#known.get(keyOf({ person }))?.conversation
  }

  async wrote(person: string, conversation: string): Promise<void> {
    if (this.lately(person) !== conversation) await this.#set({ person, conversation })
  }

  /** What this person writes here goes into that conversation from now on, and nowhere else does but in its own place. */
  async handOff(person: string, here: string, conversation: string): Promise<void> {
    if (here !== conversation) await this.#set({ person, here, conversation })
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

  async #set(record: HandoffRecord): Promise<void> {
    await this.#shelf.set(record)
    this.#known.set(keyOf(record), record)
  }

  async #delete(record: HandoffRecord): Promise<void> {
    await this.#shelf.delete(record)
    this.#known.delete(keyOf(record))
  }
}

function keyOf({ person, here }: Pick<HandoffRecord, 'person' | 'here'>): string {
  return JSON.stringify([person, here])
}
