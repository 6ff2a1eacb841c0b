/** A message comes to a conversation whose turn gave its place up: nobody is there to tell its sender. */
import type { Message } from '../contract.ts'
import { aDecision } from '../conversation/parking.ts'
import { messageId, personId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'
import { stopTurn } from './mending.ts'
import { notice } from '../queue/notice.ts'

/** Whoever lets their messages interrupt ends the turn; all others hear what theirs waits for. */
export async function meetParked(
  house: House,
  person: KnownPerson,
  message: Message,
  conversation: string,
): Promise<void> {
  const { queue, live } = house
  const waitsFor = queue.parked(conversation)
  if (waitsFor === undefined) return
  const [head] = await queue.waiting(conversation, 1)
  if (head === undefined) return
  const words = wordsIn(person.language)
  const { address, from } = head.message
  const { midTurn: mode = live.current.sessions.midTurn } = person
  const own = person.ids.includes(personId(address, from))
  if (mode === 'interrupt' && own && (await stopTurn(house, conversation, person))) return
  const key = `${messageId(message)}/parked`
  const { parked, parkedForShare } = words.midTurn
  const markdown = waitsFor === aDecision ? parked : parkedForShare
  const beside = { key, conversation: `beside/${conversation}`, address: message.address }
  await queue.post([notice(beside, markdown)])
}
