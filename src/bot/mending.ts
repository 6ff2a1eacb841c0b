/** What a button under the answer to /why does. */
import { z } from 'zod'
import { may } from '../access.ts'
import { type Mend, type Mending, mends as all, mendsOthers } from '../commands/mend.ts'
import type { Message } from '../contract.ts'
import { noticeOf } from '../conversation/answer-text.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { answerKey } from '../conversation/ending.ts'
import { answeredAt, isSameChat, messageId, personId } from '../conversation/place.ts'
import type { KnownPerson, People } from '../people/people.ts'
import { isAskedByTurn } from '../prompts/audit-entry.ts'
import { decidable, isEntitled } from '../prompts/entitled.ts'
import type { OfferKind, Offers } from '../prompts/offers.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { wordsIn } from '../words/words.ts'

const kind = 'mend'

/** Nobody remembers after so long what it was about. */
const lastsMs = 60 * 60 * 1000

const About = z.object({
  conversation: z.string(),
  head: z.string().optional(),
  /** The /why. */
  message: z.custom<Message>(
    (value) => z.looseObject({ kind: z.literal('message') }).safeParse(value).success,
  ),
})
type About = z.infer<typeof About>

/** Where turns are ended. */
interface Stopping {
  readonly held: ReadonlyMap<string, Conversation>
  readonly queue: Queue
  readonly prompts: Prompts
}

interface MendingParts extends Stopping {
  readonly people: Pick<People, 'byId'>
}

export async function offerMends(
  { offers, prompts }: { readonly offers: Offers; readonly prompts: Prompts },
  person: KnownPerson,
  conversation: string,
  message: Message,
  { mends, head }: Mending,
): Promise<void> {
  // What was offered before is about what was then.
  await prompts.withdraw(
    (record) => record.kind === kind && record.state === 'open' && person.ids.includes(record.requester),
  )
  const { address } = message
  await offers.make({
    kind,
    group: `${kind}/${messageId(message)}`,
    about: () => ({ conversation, message, ...(head === undefined ? {} : { head: head.id }) }),
    requester: person.id,
    shown: ({ mend: words }) => ({
      title: words.title,
      markdown: head === undefined ? words.unsent : words.about(head.excerpt),
      choices: mends.map((mend) => ({
        id: mend,
        label: words.choices[mend],
        ...(mend === 'stop' || mend === 'new' ? ({ style: 'danger' } as const) : {}),
      })),
    }),
    // Behind the words that it belongs to.
    chats: [{ conversation: `beside/${conversation}`, address, language: person.language }],
    until: Date.now() + lastsMs,
  })
}

export function mendKind(parts: MendingParts): readonly [typeof kind, OfferKind] {
  return [
    kind,
    {
      refusal: async ({ ids, role, language }, { requester }) =>
        ids.includes(requester) || may(role, mendsOthers) ? undefined : wordsIn(language).refusals.notYours,
      carryOut: (chosen, by) => carryOut(parts, chosen, by),
    },
  ]
}

async function carryOut(parts: MendingParts, chosen: PromptRecord, by: string): Promise<void> {
  const { queue, prompts, people } = parts
  const about = About.parse(chosen.decides.input)
  const person = await people.byId(by)
  const words = wordsIn(person.language)
  const asks = (record: PromptRecord): boolean =>
    record.state === 'open' && record.message === about.head && isAskedByTurn(record)
  const mend: Readonly<Record<Mend, () => Promise<unknown>>> = {
    stop: () => stopThat(parts, about, person),
    deny: async () => {
      for (const record of await prompts.live((each) => asks(each) && each.kind === 'approval'))
        if (await isEntitled(people, person, record, false))
          await prompts.answer(record, { id: `${kind}/${chosen.id}`, choices: ['deny'] }, by)
    },
    show: async () => {
      const theirs = await decidable(people, person, await prompts.live(asks))
      const isShown = ({ id, address }: PromptRecord): boolean =>
        isSameChat(address, chosen.address) || theirs.some((record) => record.id === id)
      await prompts.move((record) => asks(record) && isShown(record), chosen.address, words.mend.below)
    },
    retry: async () => queue.retry(chosen.address.adapter),
    new: async () => {
      await stopThat(parts, about, person)
      const { attachments: _files, ...message } = about.message
      const fresh: Message = { ...message, id: `${kind}/${chosen.id}`, text: '/new' }
      await queue.accept(messageId(fresh), about.conversation, fresh)
    },
  }
  for (const choice of chosen.decision?.choices ?? []) if (isMend(choice)) await mend[choice]()
}

function isMend(choice: string): choice is Mend {
  return all.some((mend) => mend === choice)
}

/** Nothing else: what runs by now may be another turn. */
async function stopThat(parts: MendingParts, { conversation, head }: About, by: KnownPerson): Promise<void> {
  const [now] = await parts.queue.waiting(conversation, 1)
  if (head !== undefined && now?.id === head) await stopTurn(parts, conversation, by)
}

/** Whose work somebody may end. */
export function endableBy({ role, ids }: KnownPerson): (message: Message) => boolean {
  return ({ address, from }) => may(role, 'stop-others') || ids.includes(personId(address, from))
}

/**
 * Ends the turn of a conversation, also one that gave its place up, with what `by` may end of the work in
 * the background. False: there is none.
 */
export async function stopTurn(
  { held, queue, prompts }: Stopping,
  conversation: string,
  by: KnownPerson,
): Promise<boolean> {
  const stop = async (): Promise<boolean> => (await held.get(conversation)?.stop(endableBy(by))) ?? false
  if (await stop()) return true
  const [head] = await queue.waiting(conversation, 1)
  const asks = ({ message, state }: PromptRecord): boolean => message === head?.id && state === 'open'
  if (head === undefined) return false
  if (queue.parked(conversation) === undefined && (await prompts.live(asks)).length === 0) return false
  const key = answerKey(head)
  const reply = noticeOf(key, 'cancelled', `*${wordsIn(by.language).ending.stopped}*`)
  const draft = head.draft === undefined ? {} : { draft: head.draft }
  const { address } = answeredAt(head.message)
  const found = await queue.withdraw(head.id, [{ key, conversation, address, reply, ...draft }])
  if (found !== 'withdrawn') return stop()
  await prompts.withdraw(asks)
  return true
}
