/** Moves what is under way in a conversation to the chat in which its author asks for that. */
import type { Desk } from '../commands/command.ts'
import type { Message } from '../contract.ts'
import { answeredAt, isSameChat, personId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import { isTrifle } from '../prompts/audit-entry.ts'
import { decidable } from '../prompts/entitled.ts'
import type { Envelope, Outgoing } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'
import { notice } from '../queue/notice.ts'

/** See {@link Desk.handOff}. */
export async function handOffTo(
  house: House,
  person: KnownPerson,
  message: Message,
): ReturnType<Desk['handOff']> {
  const { places, store } = house
  const here = places.of(person.id, message).conversation
  const own = places.own(person.id, message).conversation
  const conversation = places.lately(person.id) ?? here
  // Nothing was ever said in it: there is nothing to go on with.
  if (conversation !== here && (await store.sessions.get(conversation)) === undefined) return undefined
  // First: what is written here meanwhile is to wait behind what is moved.
  await places.handOff(person.id, own, conversation)
  const moved = await handOff(house, person, message, conversation)
  return conversation === here && moved.messages + moved.questions === 0 ? undefined : moved
}

/** Resolves with how many messages of theirs are answered there now, and how many questions are asked there. */
async function handOff(
  { held, queue, prompts, people, adapters }: House,
  person: KnownPerson,
  { id, address, from, direct }: Message,
  conversation: string,
): Promise<{ readonly messages: number; readonly questions: number }> {
  const to = { address, from, direct }
  const { midTurn: words } = wordsIn(person.language)
  const line = words.moved(address.adapter)
  const isTheirs = (message: Message): boolean =>
    person.ids.includes(personId(message.address, message.from)) &&
    // A program waits for its answer where it asked.
    adapters.get(message.address.adapter)?.programs !== true &&
    !isSameChat(answeredAt(message).address, address)
  const farewells = (moved: readonly Envelope[]): readonly Outgoing[] =>
    moved.filter(isFirstThere).map((envelope) => farewell(envelope, `${envelope.id}/moved/${id}`, line))
  const move = (): Promise<readonly Envelope[]> =>
    queue.move(conversation, ({ message }) => isTheirs(message), to, farewells)
  const talk = held.get(conversation)
  const moved = await (talk === undefined ? move() : talk.handOff(to, isTheirs, move))
  const isTheirQuestion = (record: PromptRecord): boolean =>
    record.conversation === conversation &&
    record.state === 'open' &&
    record.standing !== true &&
    !isTrifle(record) &&
    person.ids.includes(record.requester) &&
    !isSameChat(record.address, address)
  // What takes others to allow it stays where they see it.
  const theirs = await decidable(people, person, await prompts.live(isTheirQuestion))
  await prompts.move(({ id }) => theirs.some((record) => record.id === id), address, line)
  return { messages: moved.length, questions: theirs.length }
}

/** In each chat that is left one line will do, in the place of what was begun there. */
function isFirstThere({ message, draft }: Envelope, index: number, moved: readonly Envelope[]): boolean {
  const { address } = answeredAt(message)
  const first = moved.findIndex((other) => isSameChat(answeredAt(other.message).address, address))
  return draft !== undefined || first === index
}

/** Beside the conversation: the chat that is left may be out of reach, and must not hold up the other. */
function farewell({ conversation, message, draft }: Envelope, key: string, markdown: string): Outgoing {
  const { address } = answeredAt(message)
  return {
    ...notice({ key, conversation: `beside/${conversation}`, address }, markdown),
    ...(draft === undefined ? {} : { draft }),
  }
}
