/**
 * What Claude does by itself: tasks that it left running, and what it says when one has ended. It goes where the last
 * message came from, and is asked of whoever wrote that. Written down as long as it lasts: what a death of the process
 * cuts off is told of at the next start.
 */
import { randomUUID } from 'node:crypto'
import type {
  Activity,
  ApprovalRequest,
  PermissionMode,
  Session,
  TurnEvent,
  TurnResult,
} from '../claude/turn.ts'
import type { Message, TextReply } from '../contract.ts'
import { unattendedId } from '../prompts/unattended.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { UnattendedRecord } from '../store/records.ts'
import { Approvals } from './approvals.ts'
import type { Words } from '../words/en.ts'
import { tellOfCutOff } from './cut-off.ts'
import { decisionBy, rulesBy } from './judging.ts'
import type { ConversationParts } from './parts.ts'
import { answeredAt } from './place.ts'

type BackgroundParts = Pick<
  ConversationParts,
  'queue' | 'budgets' | 'log' | 'prompts' | 'store' | 'verdict' | 'unattendedFor' | 'personOf' | 'approversOf'
>

/** What the conversation's process works in. */
interface Worker {
  readonly workspace: string
  readonly modeAfterPlan: PermissionMode
  grant(rules: readonly string[]): Promise<void>
  leavePlan(): Promise<void>
  /** Somebody allowed the process these suggestions of its own. */
  remember(suggestions: readonly unknown[]): void
  /** Claude has spent this by itself. */
  spent(costUsd: number): Promise<void>
}

export class Background {
  readonly #parts: BackgroundParts
  readonly #activation: Activation
  readonly #approvals: Approvals
  /** The message handled last, and when it was. */
  #last: { readonly envelope: Envelope; readonly until: number } | undefined
  #activity: Activity = { tasks: [], reporting: false }
  /** Turns of its own that are not told of yet. */
  readonly #turns = new Set<Promise<void>>()
  #record: UnattendedRecord | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: BackgroundParts, activation: Activation) {
    this.#parts = parts
    this.#activation = activation
    // It cannot be left to the next process: never aborted.
    this.#approvals = new Approvals(parts, new AbortController().signal, (envelope) => envelope)
  }

  /** Does Claude do anything by itself? */
  get lasts(): boolean {
    return this.#turns.size > 0 || this.#activity.reporting || this.#activity.tasks.length > 0
  }

  /** The message whose sender it belongs to. */
  get served(): Message | undefined {
    return this.#last?.envelope.message
  }

  /** From now on it belongs to this message's sender. */
  serve(envelope: Envelope): void {
    this.#last = { envelope, until: 0 }
  }

  /** It is told elsewhere from now on. */
  move(to: Message['movedTo'] & object): void {
    if (this.#last === undefined) return
    const { envelope } = this.#last
    this.#last = { ...this.#last, envelope: { ...envelope, message: { ...envelope.message, movedTo: to } } }
    this.#do(() => this.#keep())
  }

  /** The message is handled: the process may stay for a while, for what goes on without one. */
  rest(): void {
    if (this.#last === undefined) return
    this.#last = { ...this.#last, until: Date.now() + this.#parts.unattendedFor() }
    this.#stay()
  }

  follow(session: Session, worker: Worker): void {
    session.onActivity((activity) => this.#changed(activity))
    session.onBackground((events) => this.#take(events, session, worker))
  }

  /** Resolves when all that came is told and written down. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns)
    await this.#writing
  }

  #changed(activity: Activity): void {
    this.#activity = activity
    this.#do(() => (activity.cutOff === undefined ? this.#keep() : this.#tellOfEnd()))
    this.#stay()
  }

  async #tellOfEnd(): Promise<void> {
    // What it said last stands above.
    await Promise.all(this.#turns)
    if (this.#record !== undefined) await tellOfCutOff(this.#parts, this.#record)
    this.#record = undefined
  }

  #stay(): void {
    const until = this.lasts ? (this.#last?.until ?? 0) : 0
    this.#activation.stay(Math.max(0, until - Date.now()))
  }

  /** One write after another; nobody waits for them. */
  #do(work: () => Promise<void>): void {
    const { log } = this.#parts
    this.#writing = this.#writing.then(work).catch((err: unknown) => {
      const { conversation } = this.#activation
      log.error({ err, conversation }, 'what Claude does in the background could not be kept or told')
    })
  }

  async #keep(): Promise<void> {
    const { store, personOf } = this.#parts
    const { unattended } = store
    if (this.#last === undefined) return
    if (!this.lasts) {
      if (this.#record !== undefined) await unattended.delete(this.#record.conversation)
      this.#record = undefined
      return
    }
    const { conversation, message } = this.#last.envelope
    const { tasks } = this.#activity
    const { language } = await personOf(message)
    const before = this.#record ?? { id: randomUUID(), tasks: [] }
    // A task that ended is named until Claude has spoken of it.
    const named = this.#activity.reporting || this.#turns.size > 0 ? [...before.tasks, ...tasks] : tasks
    this.#record = {
      ...before,
      conversation,
      address: answeredAt(message).address,
      language,
      tasks: [...new Set(named)],
    }
    await unattended.set(this.#record)
  }

  #take(events: AsyncIterable<TurnEvent>, session: Session, worker: Worker): void {
    const envelope = this.#last?.envelope
    if (envelope === undefined) return
    const { log } = this.#parts
    const { conversation } = envelope
    const turn = this.#run({ ...envelope, id: unattendedId() }, events, session, worker)
      .catch((err: unknown) => log.error({ err, conversation }, 'a background turn could not be followed'))
      .finally(() => {
        this.#turns.delete(turn)
        if (this.#activity.cutOff === undefined) this.#do(() => this.#keep())
        this.#stay()
      })
    this.#turns.add(turn)
  }

  async #run(
    envelope: Envelope,
    events: AsyncIterable<TurnEvent>,
    session: Session,
    worker: Worker,
  ): Promise<void> {
    for await (const event of events) {
      if (event.type === 'approval') await this.#decideOrAsk(envelope, event.request, session, worker)
      if (event.type === 'approval-withdrawn') await this.#approvals.withdraw(event.id)
      if (event.type !== 'result') continue
      await this.#approvals.end(envelope)
      await this.#tell(envelope, event.result, worker)
    }
  }

  async #decideOrAsk(
    envelope: Envelope,
    request: ApprovalRequest,
    session: Session,
    worker: Worker,
  ): Promise<void> {
    const { workspace, modeAfterPlan } = worker
    const verdict = await this.#parts.verdict(request, envelope.message, workspace)
    const decision = decisionBy(verdict)
    if (decision !== undefined) return void session.decide(request.id, decision)
    const { words } = await this.#parts.personOf(envelope.message)
    await this.#approvals.ask({
      request,
      envelope,
      circumstances: { workspace, modeAfterPlan, rules: rulesBy(verdict), words },
      ready: async () => session.alive,
      grant: (rules) => worker.grant(rules),
      async decide(decided) {
        if (decided.behavior === 'allow') {
          if (request.tool === 'ExitPlanMode') await worker.leavePlan()
          worker.remember(decided.remember ?? [])
        }
        session.decide(request.id, decided)
      },
    })
  }

  async #tell(envelope: Envelope, result: TurnResult, worker: Worker): Promise<void> {
    const { queue, budgets, store } = this.#parts
    const { conversation, message } = envelope
    const { words } = await this.#parts.personOf(message)
    const reply = replyOf(`${envelope.id}/answer`, result, words)
    if (reply !== undefined) {
      const { address } = answeredAt(message)
      await queue.post([{ key: reply.key, conversation, address, reply }])
      const { sessionId } = result
      await store.history.append(conversation, [
        { at: Date.now(), role: 'assistant', text: reply.markdown, sessionId },
      ])
    }
    await budgets.book(message, result)
    await worker.spent(result.costUsd)
  }
}

/** Undefined: there is nothing to say, or what was cut off is told anyway. */
function replyOf(key: string, { text, fault }: TurnResult, words: Words): TextReply | undefined {
  const base = { kind: 'text', key, language: words.language } as const
  if (fault !== undefined && !fault.fatal) {
    const markdown = [text, words.faults.told(fault)].filter((part) => part !== '').join('\n\n---\n\n')
    return { ...base, tone: 'error', markdown }
  }
  return text === '' ? undefined : { ...base, tone: 'answer', markdown: text }
}
