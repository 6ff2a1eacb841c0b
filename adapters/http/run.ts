/** One message on its way, for those who wait for it or watch it. */
import { z } from 'zod'
import { EventLog, type LoggedEvent } from './event-log.ts'
import { asked, messageIn } from './inbound.ts'
import { Narrator } from './narrator.ts'
import type { Approval, TextReply, TurnStep, TurnView } from '../../src/contract.ts'
import type { RunRecord } from './shapes/run.ts'

const Asked = z.looseObject({ prompt: z.string() })

export class Run {
  readonly events: EventLog
  /** Lines of the CLI as they came. */
  readonly lines = new EventLog()
  #narrator = new Narrator()
  /** Does anything stand of the text that was told? */
  #said: boolean
  /** True: an earlier process told of it, and no turn has begun since. */
  #left: boolean
  readonly #ended = Promise.withResolvers<RunRecord>()
  readonly #asked = new Set<string>()
  #changing: Promise<unknown> = Promise.resolve()
  #record: RunRecord
  #status: string | undefined

  /** `before`: what an earlier process has told of it. */
  constructor(record: RunRecord, before: readonly LoggedEvent[] = []) {
    this.#record = record
    this.events = new EventLog(before)
    this.#said = before.some(({ type }) => type === 'message')
    this.#left = before.length > 0
    for (const { type, data } of before)
      if (type === 'permission') this.#asked.add(Asked.parse(JSON.parse(data)).prompt)
    if (record.endedAt !== undefined) this.#close(before.at(-1)?.type)
  }

  get record(): RunRecord {
    return this.#record
  }

  /** Resolves when it has ended, however it did. */
  get ended(): Promise<RunRecord> {
    return this.#ended.promise
  }

  get over(): boolean {
    return this.#record.endedAt !== undefined
  }

  /** Resolves when this work is done, which begins when that before it is. */
  inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#changing.then(work, work)
    this.#changing = mine
    return mine
  }

  change(record: RunRecord): void {
    this.#record = record
    if (this.over) this.#close()
  }

  /** A turn begins for it: what one that was cut off has told is void, and comes anew. */
  begin(): void {
    if (this.#said) this.events.push('message_reset', { text: '' })
    this.#said = false
    this.#left = false
    this.#narrator = new Narrator()
  }

  tell(step: TurnStep): void {
    for (const { type, data } of this.#narrator.tell(step)) {
      this.#said ||= type === 'message'
      this.events.push(type, data)
    }
    if (step.type === 'line') this.lines.add('', step.line)
  }

  show({ status }: TurnView): void {
    if (status !== undefined && status !== this.#status) this.events.push('status', { status })
    this.#status = status
  }

  ask(approval: Approval): void {
    this.#asked.add(approval.prompt)
    this.events.push('permission', approval)
  }

  /** Was this asked in its turn? */
  asks(prompt: string): boolean {
    return this.#asked.has(prompt)
  }

  /** `told`: type of the last event of an earlier process. */
  #close(told?: string): void {
    const { id, session, state, result } = this.#record
    const end = state === 'answered' ? 'complete' : 'error'
    // The end of the text may have been told to nobody.
    if (this.#left && told !== end && state === 'answered' && result !== undefined)
      this.events.push('message_reset', { text: result.text })
    if (told !== end) this.events.push(end, { id, session, state, ...result })
    this.events.end()
    this.lines.end()
    // Whoever wants lines reads them from the beginning.
    if (!this.lines.isRead) this.lines.clear()
    this.#ended.resolve(this.#record)
  }
}

/** How a reply leaves a run that it ends: that of the message it answers, or of one that was taken into its turn. */
export function endedBy(
  record: RunRecord,
  { key, outcome, markdown, figures, ends = [] }: TextReply,
): RunRecord {
  const answered = messageIn(key)?.id
  const taken = ends.flatMap((each) => asked(each)?.id ?? []).filter((id) => id !== answered)
  const own = answered === undefined || answered === record.id
  const together = own ? (taken.length === 0 ? {} : { ends: taken }) : { inTurnOf: answered }
  return {
    ...record,
    state: outcome ?? 'answered',
    endedAt: Date.now(),
    result: { text: markdown, ...(figures === undefined ? {} : { figures }), ...together },
  }
}
