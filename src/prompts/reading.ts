/** What a message means where choices are typed: an answer to a prompt that stands in its chat, or one that went wrong. */
import type { Answer, Message, PromptReply } from '../contract.ts'
import type { KnownPerson, People } from '../people/people.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import { isEntitled } from './entitled.ts'
import type { Prompts } from './prompts.ts'
import { shownAt } from './shown.ts'
import { type Reader, isMistyped, typedAnswer } from './typed.ts'

export interface ReadingParts {
  readonly prompts: Pick<Prompts, 'live'>
  readonly people: Pick<People, 'byId'>
}

/** `mistyped`: the prompt to which it was to be an answer. */
export type Read = { readonly answer: Answer } | { readonly mistyped: PromptReply }

const readers: readonly Reader[] = ['asked', 'put', 'other']

/** Undefined: it is a message like any other. What somebody asked comes before what others did, the oldest first. */
export async function readTyped(
  { prompts, people }: ReadingParts,
  person: KnownPerson,
  message: Message,
): Promise<Read | undefined> {
  const { address, text, ...arrival } = message
  const here = await prompts.live(
    (record) => record.state === 'open' && shownAt(record, address) !== undefined,
  )
  const inTurn = here
    .map((record) => ({ record, reader: readerOf(record, person, message) }))
    .toSorted(
      (a, b) =>
        readers.indexOf(a.reader) - readers.indexOf(b.reader) || a.record.createdAt - b.record.createdAt,
    )
  let mistyped: PromptReply | undefined
  for (const { record, reader } of inTurn) {
    const shown = shownAt(record, address)
    if (shown === undefined) continue
    const given = typedAnswer(text, shown, reader)
    const entitled = await isEntitled(people, person, record, false)
    // Whoever asked and may not decide is told so where they choose; what they write otherwise is for Claude.
    if (given !== undefined && (entitled || (reader === 'asked' && given.choices.length > 0)))
      return { answer: { ...arrival, kind: 'answer', address, prompt: record.id, ...given } }
    if (given === undefined && entitled && reader !== 'other' && isMistyped(text, shown)) mistyped ??= shown
  }
  return mistyped && { mistyped }
}

function readerOf(record: PromptRecord, person: KnownPerson, { direct }: Message): Reader {
  if (person.ids.includes(record.requester)) return 'asked'
  return direct ? 'put' : 'other'
}
