/** Tells people what became of what they wrote while Claude works, and lets them change it: one notice a turn and person. */
import type { Called } from '../commands/command.ts'
import type { Message } from '../contract.ts'
import type { Prompts } from '../prompts/prompts.ts'
import { settledKey } from '../prompts/shown.ts'
import type { Envelope, Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import { type MidTurn, midTurnModes } from './burst.ts'
import { type Line, type Way, alwaysMark, lineOf, listedIn, mostListed, shownAs } from './notice-shown.ts'
import { personId } from './place.ts'
import { notice } from '../queue/notice.ts'

type Texts = Words['midTurn']

/** How a chat is told: with buttons, in words, or not at all, where its only user sees what happens. */
export type Manner = 'buttons' | 'words' | 'none'

export interface NoticeParts {
  readonly prompts: Pick<Prompts, 'ask' | 'live' | 'restate' | 'withdraw'>
  readonly queue: Pick<Queue, 'post'>
  readonly called: (text: string) => Called | undefined
}

/** Somebody's choice for messages of theirs. */
export interface Directed {
  readonly mode: MidTurn
  /** True: for all that they write from now on. */
  readonly always: boolean
}

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
    if (manner === 'words')
      return this.#say(envelope, head, way === 'queue' ? this.#typed(envelope, words) : undefined)
    const { address, from } = envelope.message
    const requester = personId(address, from)
    const newest = await this.about(head, requester)
    const listed = newest === undefined ? [] : listedIn(newest).messages
    this.#told ||= newest !== undefined
    if (listed.some(({ id }) => id === envelope.id)) return newest?.state === 'open' ? newest : undefined
    // Of a flood the rest is not told of: each edit of the notice would be one more thing to send.
    if (newest?.state === 'open' && listed.length > mostListed) return newest
    if (newest?.state === 'open') {
      const more = { way, messages: [...listed, this.#line(envelope)] }
      await this.#parts.prompts.restate(newest.id, shownAs(more, words), more)
      return newest
    }
    this.#told = true
    const first = { way, messages: [this.#line(envelope)] }
    return this.#parts.prompts.ask({
      kind: 'mid-turn',
      envelope: { ...envelope, id: head.id },
      requester,
      second: false,
      decides: { tool: '', input: first, question: 0 },
      shown: shownAs(first, words),
      // In the place of the one before: a turn has one notice for each person.
      ...(newest === undefined ? {} : { replaces: settledKey(newest) }),
    })
  }

  #line({ id, message }: Envelope): Line {
    return { id, line: lineOf(message), command: this.#isCommand(message) }
  }

  #isCommand({ text }: Message): boolean {
    return this.#parts.called(text) !== undefined
  }

  #typed({ message }: Envelope, words: Texts): string {
    return this.#isCommand(message) ? words.typedCommand : words.typed
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
    await this.#parts.queue.post([notice({ key, conversation, address }, markdown)])
  }

  /** A message that has to wait whatever anybody chooses. `own`: the turn is its author's, from another chat. */
  async tellOfOthers(
    envelope: Envelope,
    head: Envelope,
    { manner, words, own }: { readonly manner: Manner; readonly words: Texts; readonly own: boolean },
  ): Promise<void> {
    if (manner !== 'none') await this.#say(envelope, head, own ? words.behindOwn : words.behindOthers)
  }

  /** Claude has all that the open prompt is about, or it has gone: nothing is left to choose. */
  async settle(head: Envelope, isOpen: (id: string) => boolean, words: Texts): Promise<void> {
    const isDone = (record: PromptRecord): boolean =>
      isAbout(record, head) &&
      record.state === 'open' &&
      !listedIn(record).messages.some(({ id }) => isOpen(id))
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
    const about = records.filter((record) => listedIn(record).messages.some((listed) => listed.id === id))
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

function isAbout({ kind, message }: PromptRecord, head: Envelope): boolean {
  return kind === 'mid-turn' && message === head.id
}
