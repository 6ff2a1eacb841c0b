/** A message comes while nothing new is begun: its sender hears that it is kept. */
import type { Message } from '../contract.ts'
import { messageId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import { notice } from '../queue/notice.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'

/** Once for each conversation, however much is written there. */
export async function tellDrained(
  { queue, duty }: Pick<House, 'queue' | 'duty'>,
  { language }: KnownPerson,
  message: Message,
  conversation: string,
): Promise<void> {
  if (!duty.keeps(conversation)) return
  const key = `${messageId(message)}/drained`
  const beside = { key, conversation: `beside/${conversation}`, address: message.address }
  await queue.post([notice(beside, wordsIn(language).away.drained)])
}
