/**
 * What Claude does by itself: tasks that it left running, and what it says when one has ended. It is told, asked of and
 * paid for by whoever's turn began it. Written down as long as it lasts: what a death of the process
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
import { decisionBy, rulesBy, strictest } from './judging.ts'
import type { ConversationParts } from './parts.ts'
import { answeredAt, personId } from './place.ts'
import { type Started, Starters } from './starters.ts'

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
  #activity: Activity = { tasks: [], speaking: false, reporting: false }
  readonly #starters = new Starters()
  #session: Session | undefined
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

  /** Whom Claude works for now, or worked for last; `agent`: in this subagent. */
  served(agent?: string): readonly Message[] {
    const starter = agent === undefined ? undefined : this.#starters.of(agent)
    if (starter !== undefined) return [starter.message]
    if (this.#starters.speaking) return this.#reported().map(({ message }) => message)
    return this.#last === undefined ? [] : [this.#last.envelope.message]
  }

  /** The message in whose turn this subagent was left running. */
  starterOf(agent: string | undefined): Envelope | undefined {
    return agent === undefined ? undefined : this.#starters.of(agent)
  }

  /** Does anything go on that does not belong to one of those? */
  hasOthers(fits: (message: Message) => boolean): boolean {
    return this.lasts && !this.#starters.all.every(({ envelope }) => fits(envelope.message))
  }

  /** Ends what runs of these, and nothing else. False: nothing does. */
  async stop(fits: (message: Message) => boolean): Promise<boolean> {
    const tasks = this.#starters.tasksOf(fits)
    for (const task of tasks) await this.#session?.stopTask(task)
    const speaks = this.#starters.speaking && this.#reported().every(({ message }) => fits(message))
    if (speaks) await this.#session?.interruptOwn()
    return speaks || tasks.length > 0
  }

  /** From now on this message's sender is served. */
  serve(envelope: Envelope): void {
    this.#last = { envelope, until: 0 }
  }

  /** What belongs to these is told elsewhere from now on. */
  move(fits: (message: Message) => boolean, to: Message['movedTo'] & object): void {
    this.#starters.move(fits, to)
    if (this.#last === undefined || !fits(this.#last.envelope.message)) return
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
    this.#session = session
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
    if (this.#last !== undefined) this.#starters.take(activity, this.#last.envelope)
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
    const { store } = this.#parts
    const { unattended } = store
    if (this.#last === undefined) return
    if (!this.lasts) {
      if (this.#record !== undefined) await unattended.delete(this.#record.conversation)
      this.#record = undefined
      return
    }
    const { envelope } = this.#last
    const { all } = this.#starters
    const before = this.#record ?? { id: randomUUID() }
    const [first = await this.#tellable([{ envelope }]), ...others] = await Promise.all(
      [...Map.groupBy(all, (one) => answeredTo(one.envelope.message)).values()].map((theirs) =>
        this.#tellable(theirs),
      ),
    )
    this.#record = { ...before, conversation: envelope.conversation, ...first, others }
    await unattended.set(this.#record)
  }

  /** Where the starter of these is told that they were cut off. */
  async #tellable(
    started: readonly (Pick<Started, 'envelope'> & Partial<Started>)[],
  ): Promise<Pick<UnattendedRecord, 'address' | 'language' | 'tasks'>> {
    const [one] = started
    if (one === undefined) throw new Error('nothing was begun')
    const { message } = one.envelope
    const { language } = await this.#parts.personOf(message)
    const tasks = [...new Set(started.flatMap(({ title }) => title ?? []))]
    return { address: answeredAt(message).address, language, tasks }
  }

  /** What Claude speaks of belongs to these. */
  #reported(): readonly Envelope[] {
    const { reported } = this.#starters
    if (reported.length > 0) return reported.map(({ envelope }) => envelope)
    return this.#last === undefined ? [] : [this.#last.envelope]
  }

  #take(events: AsyncIterable<TurnEvent>, session: Session, worker: Worker): void {
    const reported = this.#reported()
    const envelope = reported.at(-1)
    if (envelope === undefined) return
    const { log } = this.#parts
    const { conversation } = envelope
    const turn = this.#run({ ...envelope, id: unattendedId() }, reported, events, session, worker)
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
    reported: readonly Envelope[],
    events: AsyncIterable<TurnEvent>,
    session: Session,
    worker: Worker,
  ): Promise<void> {
    for await (const event of events) {
      if (event.type === 'approval')
        await this.#decideOrAsk(envelope.id, reported, event.request, session, worker)
      if (event.type === 'approval-withdrawn') await this.#approvals.withdraw(event.id)
      if (event.type !== 'result') continue
      await this.#approvals.end(envelope)
      await this.#tell(envelope, event.result, worker)
    }
  }

  async #decideOrAsk(
    id: string,
    reported: readonly Envelope[],
    request: ApprovalRequest,
    session: Session,
    worker: Worker,
  ): Promise<void> {
    const { workspace, modeAfterPlan } = worker
    const judged = await Promise.all(
      reported.map(async (one) => ({
        one,
        verdict: await this.#parts.verdict(request, one.message, workspace),
      })),
    )
    const verdict = strictest(judged.map((each) => each.verdict))
    const decision = decisionBy(verdict)
    if (decision !== undefined) return void session.decide(request.id, decision)
    // Where one of them may not decide, it is that one's.
    const asker = judged.find((each) => !each.verdict.remembers)?.one ?? reported.at(-1)
    if (asker === undefined) return
    const envelope = { ...asker, id }
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

/** The same for all that one person is told in one place. */
function answeredTo(message: Message): string {
  const { address, from } = answeredAt(message)
  return JSON.stringify([personId(address, from), address])
}
