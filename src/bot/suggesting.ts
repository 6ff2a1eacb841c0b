/** What may stand for an argument that somebody is typing, for them and where they type it. */
import { isOpen, may } from '../access.ts'
import { suggestions } from '../commands/suggestions.ts'
import type { Adapter, Message, Person, Suggestion, Typing } from '../contract.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'

export async function suggestTo(
  { live, people, places, store }: Pick<House, 'live' | 'people' | 'places' | 'store'>,
  adapter: Adapter,
  from: Person,
  where: Pick<Message, 'address' | 'direct'>,
  typing: Typing,
): Promise<readonly Suggestion[]> {
  const config = live.current
  if (!isOpen(config.access, adapter, where)) return []
  const person = await people.of(where.address, from)
  if (!may(person.role, 'talk')) return []
  const place = places.of(person.id, where)
  return suggestions({ config, place, store, words: wordsIn(person.language) }, typing)
}
