/** What whoever asks why may do about a conversation that waits. */
import { may, mayDecide } from '../access.ts'
import type { KnownPerson } from '../people/people.ts'
import { isAskedByTurn } from '../prompts/audit-entry.ts'
import { decidable } from '../prompts/entitled.ts'
import { chatOf } from '../conversation/again.ts'
import { quoted } from '../words/quoted.ts'
import type { Desk } from './command.ts'
import { mayChange } from './members-only.ts'
import { type Mending, mends, mendsOthers } from './mend.ts'

/** Only what this person may do. */
export async function mendingFor({ queue, prompts, place, people, person, message }: Desk): Promise<Mending> {
  const [head] = await queue.waiting(place.conversation, 1)
  const lost = (await queue.undelivered(place.conversation)) > 0
  if (head === undefined) return { mends: lost ? ['retry'] : [], head: undefined }
  const author = await people.of(head.message.address, head.message.from)
  const asked = await prompts.live(
    (record) => record.state === 'open' && record.message === head.id && isAskedByTurn(record),
  )
  // What Claude asks in one chat is not for the eyes of another, and only whoever may decide it takes it elsewhere.
  const movable = message.direct ? await decidable(people, person, asked) : []
  const shows = movable.length > 0 || asked.some(({ address }) => chatOf(address) === chatOf(message.address))
  const own = { requester: author.id, trifle: false }
  const denies = asked.some(({ kind }) => kind === 'approval') && mayDecide(person, own)
  const stops = mayStop(person, author)
  const can = {
    show: shows,
    deny: denies,
    stop: stops,
    retry: lost,
    new: stops && mayChange(person, place),
  }
  return {
    mends: mends.filter((mend) => can[mend]),
    head: { id: head.id, excerpt: quoted(head.message.text) },
  }
}

export function mayStop(person: KnownPerson, author: KnownPerson): boolean {
  return author.id === person.id || may(person.role, mendsOthers)
}
