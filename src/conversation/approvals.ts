/** What Claude asks for in the turns of one conversation: put to people, and their answers put to Claude. */
import { isDeepStrictEqual } from 'node:util'
import type { ApprovalRequest, Decision } from '../claude/turn.ts'
import type { Log } from '../contract.ts'
import { isAskedByTurn } from '../prompts/audit-entry.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import { Lanes } from '../store/lanes.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Words } from '../words/en.ts'
import { decisionOnTool } from './approval-questions.ts'
import { put } from './approvers.ts'
import { rulesIn } from './grants.ts'
import type { ConversationParts } from './parts.ts'
import { personId } from './place.ts'
import { type Circumstances, type Question, decisionOf, questionsOf } from './questions.ts'
import type { ToolUse } from './tool-pattern.ts'

/** A request of Claude's for as long as its turn waits. */
export interface Request {
  readonly request: ApprovalRequest
  readonly envelope: Envelope
  readonly circumstances: Circumstances
  /** Resolves when Claude can be told; false: it no longer listens. */
  readonly ready: () => Promise<boolean>
  /** Keeps rules for all sessions of the workspace. */
  readonly grant: (rules: readonly string[]) => Promise<void>
  readonly decide: (decision: Decision) => Promise<void>
}

/** Said to Claude, so in English. */
const words = { expired: 'Nobody answered in time, so this is refused.' }

export class Approvals {
  readonly #prompts: Prompts
  readonly #log: Log
  readonly #parts: Pick<ConversationParts, 'personOf' | 'approversOf'>
  /** A message as it stands now. */
  readonly #now: Activation['now']
  /** Aborted when the process leaves the turn to the next one: what is asked stays asked. */
  readonly #left: AbortSignal
  /** By the CLI's request id. */
  readonly #waiting = new Map<string, Request>()
  /** By message: requests for the same share a prompt, and leave for one use is given to one of them. */
  readonly #lanes = new Lanes()
  #since = 0

  constructor(
    parts: Pick<ConversationParts, 'prompts' | 'log' | 'personOf' | 'approversOf'>,
    left: AbortSignal,
    now: Activation['now'],
  ) {
    this.#now = now
    this.#prompts = parts.prompts
    this.#log = parts.log
    this.#parts = parts
    this.#left = left
  }

  /** Does the turn wait for a person? */
  get waiting(): boolean {
    return this.#waiting.size > 0
  }

  /** Since when, milliseconds since 1970. */
  get since(): number | undefined {
    return this.waiting ? this.#since : undefined
  }

  /** Was this message's turn left while somebody was asked, and did nobody answer yet? */
  async awaits({ id }: Pick<Envelope, 'id'>): Promise<boolean> {
    const open = await this.#prompts.live(
      (record) => record.message === id && record.state === 'open' && isAskedByTurn(record),
    )
    return open.length > 0
  }

  /** What Claude is told if this was refused when the turn last asked for it, and it has not heard so; undefined: it was not. */
  async refused({ id }: Envelope, { tool, input }: ToolUse): Promise<string | undefined> {
    const decided = await this.#prompts.live(
      ({ kind, message, state, decides }) =>
        kind === 'approval' &&
        state === 'decided' &&
        message === id &&
        decides.tool === tool &&
        isDeepStrictEqual(decides.input, input),
    )
    const [refusal] = decided.flatMap(({ decision }) => {
      const told = decision && decisionOnTool({ suggestions: [] }, decision)
      return told?.behavior === 'deny' ? [told.reason] : []
    })
    return refusal
  }

  /** Asks where the message came from; what was asked or answered before a restart is not asked again. */
  async ask(asked: Request): Promise<void> {
    if (!this.waiting) this.#since = Date.now()
    this.#waiting.set(asked.request.id, asked)
    await this.#lanes.run(asked.envelope.id, () => this.#advance(asked))
  }

  /** The CLI no longer asks. */
  async withdraw(requestId: string): Promise<void> {
    const asked = this.#waiting.get(requestId)
    this.#waiting.delete(requestId)
    if (asked !== undefined && !this.#left.aborted)
      await this.#prompts.withdraw((record) => isAbout(record, asked))
  }

  /** The message has ended: nothing that it asked for matters any more. */
  async end({ id }: Envelope): Promise<void> {
    this.#waiting.clear()
    await this.#prompts.withdraw(({ message }) => message === id)
  }

  /** Puts the next question that has no answer yet, or tells Claude all the answers. */
  async #advance(asked: Request): Promise<void> {
    const questions = questionsOf(asked.request, asked.circumstances)
    const known = await this.#prompts.live((record) => isAbout(record, asked))
    const records = questions.map((_, index) => known.find(({ decides }) => decides.question === index))
    const expired = records.find((record) => record?.state === 'expired')
    if (expired !== undefined) {
      return this.#tell(asked, [expired], { behavior: 'deny', reason: words.expired })
    }
    const next = records.findIndex((record) => record?.decision === undefined)
    const question = questions[next]
    if (question === undefined)
      return this.#conclude(
        asked,
        records.filter((one) => one !== undefined),
      )
    const open = records[next] ?? (await this.#put(asked, question, next))
    await this.#prompts.follow(open.id, (ended) => void this.#ended(asked, ended))
  }

  async #put(
    { request, envelope: taken, circumstances }: Request,
    { kind, shown }: Question,
    question: number,
  ): Promise<PromptRecord> {
    const envelope = this.#now(taken)
    const { message } = envelope
    const { tool, input } = request
    const { ids: requesters } = await this.#parts.personOf(message)
    const second = kind === 'approval' && circumstances.rules.second
    const approvers = await this.#parts.approversOf(message, second)
    const shownIn = (words: Words): Question['shown'] =>
      questionsOf(request, { ...circumstances, words })[question]?.shown ?? shown
    return this.#prompts.ask({
      kind,
      envelope,
      requester: personId(message.address, message.from),
      requesters,
      second,
      ...put(shownIn, circumstances.words, message, approvers),
      decides: { tool, input, question },
    })
  }

  /** Never rejects: nobody waits for it but Claude. */
  async #ended(asked: Request, ended: PromptRecord): Promise<void> {
    try {
      await this.#lanes.run(asked.envelope.id, async () => {
        if (this.#waiting.has(asked.request.id)) await this.#advance(asked)
      })
    } catch (err) {
      this.#log.error({ err, prompt: ended.id }, 'Claude could not be told what was decided')
    }
  }

  async #conclude(asked: Request, records: readonly PromptRecord[]): Promise<void> {
    if (
      records.some(
        ({ kind, decision }) => kind === 'approval' && decision?.choices.includes('always') === true,
      )
    ) {
      await asked.grant(rulesIn(asked.request.suggestions))
    }
    const given = records.map(({ decision }) => decision ?? { choices: [] })
    return this.#tell(asked, records, decisionOf(asked.request, given, asked.circumstances))
  }

  async #tell(asked: Request, records: readonly PromptRecord[], decision: Decision): Promise<void> {
    if (!(await asked.ready())) return
    const others = [...this.#waiting.values()].filter((each) => each !== asked && isSame(each, asked))
    const told = isForOneUse(decision) ? [asked] : [asked, ...others]
    for (const { request } of told) this.#waiting.delete(request.id)
    // Before Claude acts on it: after a crash a decision that may have been used is asked for again.
    await this.#prompts.applied(records.map(({ id }) => id))
    for (const each of told) await each.decide(decision)
  }
}

/** Whoever allowed it saw one. */
function isForOneUse(decision: Decision): boolean {
  return decision.behavior === 'allow' && decision.remember === undefined && decision.input === undefined
}

function isSame(one: Request, other: Request): boolean {
  return (
    one.envelope.id === other.envelope.id &&
    one.request.tool === other.request.tool &&
    isDeepStrictEqual(one.request.input, other.request.input)
  )
}

function isAbout({ message, decides }: PromptRecord, { request, envelope }: Request): boolean {
  return (
    message === envelope.id &&
    decides.tool === request.tool &&
    isDeepStrictEqual(decides.input, request.input)
  )
}
