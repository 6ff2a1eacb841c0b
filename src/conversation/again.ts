/** Messages that were not run, offered to whoever wrote them: run as new ones, with the same words, in their order. */
import { z } from 'zod'
import type { Address, Message } from '../contract.ts'
import type { OfferKind, Offers } from '../prompts/offers.ts'
import type { Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Language } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import { messageId, personId } from './place.ts'

const kind = 'again'

/** As the contract names them; the rest of what an adapter gave is passed on as it is. */
const About = z.object({
  messages: z.array(
    z.custom<Message>((value) => z.looseObject({ kind: z.literal('message') }).safeParse(value).success),
  ),
})

export interface AgainParts {
  readonly queue: Pick<Queue, 'accept'>
  /** The queue's lane that a message belongs to now. */
  readonly laneOf: (message: Message) => Promise<string>
}

/** `why`: a line about how it came to this, in this language. All messages are of one person in one chat. */
export async function offerAgain(
  offers: Pick<Offers, 'make'>,
  group: string,
  { why, language }: { readonly why: string; readonly language: Language },
  messages: readonly [Message, ...Message[]],
): Promise<void> {
  const [{ address, from }] = messages
  const requester = personId(address, from)
  await offers.make({
    kind,
    group: `again/${group}/${requester}/${chatOf(address)}`,
    about: () => ({ messages }),
    requester,
    shown: ({ turns }) => ({
      title: turns.offered(messages.length),
      markdown: why,
      choices: [
        { id: 'run', label: turns.runNow, style: 'primary' },
        { id: 'leave', label: turns.leave },
      ],
    }),
    chats: [{ conversation: `notice/${requester}`, address, language }],
  })
}

export function againKind({ queue, laneOf }: AgainParts): readonly [typeof kind, OfferKind] {
  return [
    kind,
    {
      refusal: async ({ ids, language }, { requester }) =>
        ids.includes(requester) ? undefined : wordsIn(language).turns.onlyAuthor,
      async carryOut(record) {
        const { id, decision } = record
        if (decision?.choices.includes('run') !== true) return
        const messages = messagesOf(record)
        for (const [index, message] of messages.entries()) {
          // A new id: the old one has its answer. The same at each try: the queue takes it once.
          const again = { ...message, id: `again/${id}/${index + 1}` }
          await queue.accept(messageId(again), await laneOf(message), again)
        }
      },
    },
  ]
}

/** What is offered. */
export function messagesOf({ decides }: Pick<PromptRecord, 'decides'>): readonly Message[] {
  return About.parse(decides.input).messages
}

/** Different for each chat, whatever its ids look like. */
export function chatOf({ adapter, tenant = '', channel, thread = '' }: Address): string {
  return JSON.stringify([adapter, tenant, channel, thread])
}
