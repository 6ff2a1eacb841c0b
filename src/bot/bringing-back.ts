/** What was handed off to a chat in which the bot may not be used any more is answered where it was asked. */
import { isOpen } from '../access.ts'
import type { Message } from '../contract.ts'
import { isSameChat, messageId } from '../conversation/place.ts'
import { isTrifle } from '../prompts/audit-entry.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'

/** Of all conversations that are held here: access has changed. */
export async function bringAllBack(house: House): Promise<void> {
  await Promise.all([...house.held.keys()].map((conversation) => bringBack(house, conversation)))
}

/** Of one conversation: what runs, what waits, and what Claude does by itself. */
export async function bringBack(house: House, conversation: string): Promise<void> {
  const { queue, held } = house
  const open = (await queue.waiting(conversation)).map(({ message }) => message)
  const strays = [...open, ...(held.get(conversation)?.answering ?? [])].filter((each) =>
    isAstray(house, each),
  )
  for (const stray of new Map(strays.map((each) => [messageId(each), each])).values())
    await bringHome(house, conversation, stray)
}

/** One that was asked where nothing is open any more either stays where it is. */
function isAstray(house: House, message: Message): boolean {
  const { movedTo } = message
  return movedTo !== undefined && !isOpenHere(house, movedTo) && isOpenHere(house, message)
}

function isOpenHere({ live, adapters }: House, chat: Pick<Message, 'address' | 'direct'>): boolean {
  return isOpen(live.current.access, adapters.get(chat.address.adapter) ?? {}, chat)
}

/** Without a farewell: the chat that is left is not spoken in any more. */
async function bringHome(house: House, conversation: string, stray: Message): Promise<void> {
  const { held, queue, prompts, people } = house
  const { address, from, direct, movedTo } = stray
  const to = { address, from, direct }
  const isIt = (message: Message): boolean => messageId(message) === messageId(stray)
  const move = (): ReturnType<typeof queue.move> =>
    queue.move(
      conversation,
      ({ message }) => isIt(message),
      to,
      () => [],
    )
  const talk = held.get(conversation)
  await (talk === undefined ? move() : talk.handOff(to, isIt, move))
  const { language } = await people.of(address, from)
  await prompts.move(
    (record) =>
      record.message === messageId(stray) &&
      record.state === 'open' &&
      record.standing !== true &&
      !isTrifle(record) &&
      movedTo !== undefined &&
      isSameChat(record.address, movedTo.address),
    address,
    wordsIn(language).midTurn.moved(address.adapter),
  )
}

/** Unique over all adapters. */
