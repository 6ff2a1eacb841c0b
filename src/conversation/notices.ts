/** Tells people what became of what they wrote while Claude works, and lets them change it: one notice a turn and person. */
import { z } from 'zod'
import type { Choice } from '../contract.ts'
import type { Asking, Prompts } from '../prompts/prompts.ts'
import { settledKey } from '../prompts/shown.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import { code } from './approval-text.ts'
import { type MidTurn, midTurnModes } from './burst.ts'
import { personId } from './place.ts'

type Texts = Words['midTurn']

/** How a chat is told: with buttons, in words, or not at all, where its only user sees what happens. */
export type Manner = 'buttons' | 'words' | 'none'

/** What becomes of a message unless somebody changes it. */
type Way = Exclude<MidTurn, 'interrupt'>

export interface NoticeParts {
  readonly prompts: Pick<Prompts, 'ask' | 'live' | 'restate' | 'withdraw'>
  readonly queue: Pick<Queue, 'post'>
}

/** Somebody's choice for messages of theirs. */
export interface Directed {
  readonly mode: MidTurn
  /** True: for all that they write from now on. */
  readonly always: boolean
}

const Listed = z.object({ messages: z.array(z.object({ id: z.string(), line: z.string() })) })

export class Notices {
  readonly #parts: NoticeParts
  /** True once there may be an open prompt of the turn. */
  #told = false

  constructor(parts: NoticeParts) {
    this.#parts = parts
  }

  /** Tells of a message that comes while the turn of `head` runs. Resolves with the open prompt about it, if there is one. */
  async tell(
    envelope: Envelope,
    head: Envelope,
    way: Way,
    { manner, words }: { readonly manner: Manner; readonly words: Texts },
  ): Promise<PromptRecord | undefined> {
    if (manner === 'none') return undefined
    if (manner === 'words') return this.#say(envelope, head, way === 'queue' ? words.typed : undefined)
    const { address, from } = envelope.message
    const requester = personId(address, from)
    const newest = await this.about(head, requester)
    const listed = newest === undefined ? [] : listedIn(newest)
    this.#told ||= newest !== undefined
    if (listed.some(({ id }) => id === envelope.id)) return newest?.state === 'open' ? newest : undefined
    // Of a flood the rest is not told of: each edit of the notice would be one more thing to send.
    if (newest?.state === 'open' && listed.length > mostListed) return newest
    if (newest?.state === 'open') {
      const messages = [...listed, lineOf(envelope)]
      await this.#parts.prompts.restate(newest.id, shownAs(way, messages, words), { messages })
      return newest
    }
    this.#told = true
    const messages = [lineOf(envelope)]
    return this.#parts.prompts.ask({
      kind: 'mid-turn',
      envelope: { ...envelope, id: head.id },
      requester,
      second: false,
      decides: { tool: '', input: { messages }, question: 0 },
      shown: shownAs(way, messages, words),
      // In the place of the one before: a turn has one notice for each person.
      ...(newest === undefined ? {} : { replaces: settledKey(newest) }),
    })
  }

  /** In words, once a turn and person. */
  async #say(
    { conversation, message }: Envelope,
    head: Envelope,
    markdown: string | undefined,
  ): Promise<undefined> {
    if (markdown === undefined) return
    const { address, from } = message
    const key = `${head.id}/mid-turn/${personId(address, from)}`
    const reply = { kind: 'text', key, markdown, tone: 'notice' } as const
    await this.#parts.queue.post([{ key, conversation, address, reply }])
  }

  /** A message that has to wait whatever anybody chooses. */
  async tellOfOthers(
    envelope: Envelope,
    head: Envelope,
    { manner, words }: { readonly manner: Manner; readonly words: Texts },
  ): Promise<void> {
    if (manner !== 'none') await this.#say(envelope, head, words.behindOthers)
  }

  /** Claude has all that the open prompt is about, or it has gone: nothing is left to choose. */
  async settle(head: Envelope, isOpen: (id: string) => boolean, words: Texts): Promise<void> {
    const isDone = (record: PromptRecord): boolean =>
      isAbout(record, head) && record.state === 'open' && !listedIn(record).some(({ id }) => isOpen(id))
    await this.#parts.prompts.withdraw(isDone, () => ({ label: words.settled.read }))
  }

  /** The turn is over. */
  async end(head: Envelope, words: Texts): Promise<void> {
    // For all other turns nothing need be looked for.
    if (this.#told)
      await this.#parts.prompts.withdraw(
        (record) => isAbout(record, head),
        () => ({ label: words.settled.over }),
      )
    this.#told = false
  }

  /** What somebody chose for this message in this turn, also before a restart. */
  async chosenFor({ id, message }: Envelope, head: Envelope): Promise<MidTurn | undefined> {
    const records = await this.#live(head, personId(message.address, message.from))
    const about = records.filter((record) => listedIn(record).some((listed) => listed.id === id))
    const [chosen] = about.flatMap((record) => directedBy(record) ?? [])
    return chosen?.mode
  }

  /** The newest prompt about what somebody wrote in this turn; open, or decided. */
  async about(head: Envelope, requester: string): Promise<PromptRecord | undefined> {
    return (await this.#live(head, requester)).at(0)
  }

  /** The newest first. */
  async #live(head: Envelope, requester: string): Promise<readonly PromptRecord[]> {
    const found = await this.#parts.prompts.live(
      (record) => isAbout(record, head) && record.requester === requester,
    )
    return found.toSorted((a, b) => b.createdAt - a.createdAt)
  }
}

/** Undefined: nothing was chosen. */
export function directedBy(record: PromptRecord): Directed | undefined {
  const [choice = ''] = record.decision?.choices ?? []
  const always = choice.startsWith(alwaysMark)
  const mode = midTurnModes.find((each) => each === (always ? choice.slice(alwaysMark.length) : choice))
  if (mode === undefined) return undefined
  return { mode, always }
}

const alwaysMark = 'always-'

/** So many buttons has a notice. */
export const mostChoices = 2 * (midTurnModes.length - 1)

function shownAs(way: Way, messages: readonly Line[], words: Texts): Asking['shown'] {
  const others = midTurnModes.filter((mode) => mode !== way)
  const lines = messages.slice(0, mostListed).map(({ line }) => `- ${line}`)
  const list = [...lines, ...(messages.length > mostListed ? ['- …'] : [])].join('\n')
  return {
    language: words.language,
    title: words.title,
    markdown: way === 'queue' ? words.waits(list) : words.onItsWay(list),
    choices: [
      ...others.map((mode): Choice => ({
        id: mode,
        label: words.modes[mode],
        description: words.means[mode],
      })),
      ...others.map((mode): Choice => ({ id: `${alwaysMark}${mode}`, label: words.always[mode] })),
    ],
  }
}

type Line = z.infer<typeof Listed>['messages'][number]

const longestLine = 80
/** So many messages are named in a notice. */
const mostListed = 5

function lineOf({ id, message: { text, attachments = [] } }: Envelope): Line {
  const said = text.trim() === '' ? attachments.map(({ name }) => name).join(', ') : text
  const line = said.trim().replaceAll(/\s+/g, ' ')
  const short = line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`
  return { id, line: code(short.toWellFormed()) }
}

function listedIn({ decides }: PromptRecord): readonly Line[] {
  return Listed.parse(decides.input).messages
}

function isAbout({ kind, message }: PromptRecord, head: Envelope): boolean {
  return kind === 'mid-turn' && message === head.id
}
