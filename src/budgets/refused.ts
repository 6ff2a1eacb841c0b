/** Whoever was refused hears that there is room again, or not, and may have their messages run. */
import type { Message } from '../contract.ts'
import { chatOf, offerAgain } from '../conversation/again.ts'
import { personId } from '../conversation/place.ts'
import type { People } from '../people/people.ts'
import type { Offers } from '../prompts/offers.ts'
import type { Outgoing, Queue } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { wordsIn } from '../words/words.ts'
import { notice } from '../queue/notice.ts'

export interface RefusedParts {
  readonly offers: Pick<Offers, 'make'>
  readonly people: Pick<People, 'byId'>
  readonly queue: Pick<Queue, 'post'>
  /** Can buttons be pressed in this adapter's chats, also after a restart? */
  readonly hasButtons: (adapter: string) => boolean
}

/** `id`: of what was decided; told twice it is told once. `why`: a line about it. */
export async function tellRefused(
  parts: RefusedParts,
  id: string,
  messages: readonly Message[],
  { why, room }: { readonly why: (texts: Words['budgets']) => string; readonly room: boolean },
): Promise<void> {
  for (const [first, ...rest] of byChat(messages)) {
    const { address, from } = first
    const { language } = await parts.people.byId(personId(address, from))
    const { budgets: texts } = wordsIn(language)
    if (room && parts.hasButtons(address.adapter)) {
      await offerAgain(parts.offers, id, { why: why(texts), language }, [first, ...rest])
    } else {
      const hint = room ? `${why(texts)} ${texts.sendAgain}` : why(texts)
      await parts.queue.post([told(`${id}/told/${chatOf(address)}/${from.id}`, address, hint)])
    }
  }
}

export function told(key: string, address: Message['address'], markdown: string): Outgoing {
  return notice({ key, conversation: `notice/${chatOf(address)}`, address }, markdown)
}

/** Messages of one person in one chat belong together. */
function byChat(messages: readonly Message[]): readonly (readonly [Message, ...Message[]])[] {
  const groups = Map.groupBy(messages, ({ address, from }) => `${personId(address, from)} ${chatOf(address)}`)
  return [...groups.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest]]))
}
