/**
 * What Claude does by itself: tasks that it left running, and what it says when one has ended. Each belongs to whoever's
 * turn began it.
 */
import type { Activity, Session, TurnEvent } from '../claude/turn.ts'
import type { Message } from '../contract.ts'
import { unattendedId } from '../prompts/unattended.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import { Approvals } from './approvals.ts'
import { type OwnTurnParts, type Worker, followOwnTurn } from './own-turn.ts'
import type { ConversationParts } from './parts.ts'
import { Starters } from './starters.ts'
import { Unattended } from './unattended.ts'

type BackgroundParts = OwnTurnParts &
  Pick<ConversationParts, 'log' | 'prompts' | 'unattendedFor' | 'approversOf'>

export class Background {
  readonly #parts: BackgroundParts
  readonly #activation: Activation
  readonly #approvals: Approvals
  readonly #unattended: Unattended
  readonly #starters = new Starters()
  /** The message handled last, and until when the process stays for what it began. */
  #last: { readonly envelope: Envelope; readonly until: number } | undefined
  #activity: Activity = { tasks: [], speaking: false, reporting: false }
  #session: Session | undefined
  /** Turns of its own that are not told of yet. */
  readonly #turns = new Set<Promise<void>>()

  constructor(parts: BackgroundParts, activation: Activation) {
    this.#parts = parts
    this.#activation = activation
    // It cannot be left to the next process: never aborted.
    this.#approvals = new Approvals(parts, new AbortController().signal, (envelope) => envelope)
    this.#unattended = new Unattended(parts, () => {
      const { lasts } = this
      return this.#last && { lasts, newest: this.#last.envelope, started: this.#starters.all }
    })
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

  /** Messages in whose chats something may be told yet that no turn tells. */
  get answering(): readonly Message[] {
    const begun = this.#starters.all.map(({ envelope }) => envelope)
    const last = this.#last === undefined ? [] : [this.#last.envelope]
    return [...begun, ...this.#reported(), ...last].map(({ message }) => message)
  }

  /** The message in whose turn this subagent was left running. */
  starterOf(agent: string | undefined): Envelope | undefined {
    return agent === undefined ? undefined : this.#starters.of(agent)
  }

  /** Does anything go on that does not belong to one of those? */
  hasOthers(fits: (message: Message) => boolean): boolean {
    const begun = this.#starters.all.map(({ envelope }) => envelope)
    return this.lasts && ![...begun, ...this.#reported()].every(({ message }) => fits(message))
  }

  /** Ends what runs of these, and nothing else where the CLI can do that. False: nothing does. */
  async stop(fits: (message: Message) => boolean): Promise<boolean> {
    const tasks = this.#starters.tasksOf(fits)
    const speaks = this.#starters.speaking && this.#reported().every(({ message }) => fits(message))
    try {
      for (const task of tasks) await this.#session?.stopTask(task)
      if (speaks) await this.#session?.interruptOwn()
    } catch (err) {
      const { conversation } = this.#activation
      this.#parts.log.warn({ err, conversation }, 'the CLI could not end a task; its process is ended')
      await this.#session?.close()
    }
    return speaks || tasks.length > 0
  }

  /** From now on this message's sender is served. */
  serve(envelope: Envelope): void {
    this.#last = { envelope, until: 0 }
  }

  /** What belongs to these is told elsewhere from now on. */
  move(fits: (message: Message) => boolean, to: Message['movedTo'] & object): void {
    this.#starters.move(fits, to)
    if (this.#last !== undefined && fits(this.#last.envelope.message)) {
      const { envelope } = this.#last
      this.#last = { ...this.#last, envelope: { ...envelope, message: { ...envelope.message, movedTo: to } } }
    }
    this.#unattended.keep()
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
    await this.#unattended.written()
  }

  #changed(activity: Activity): void {
    this.#activity = activity
    if (this.#last !== undefined) this.#starters.take(activity, this.#last.envelope)
    if (activity.cutOff === undefined) this.#unattended.keep()
    // What it said last stands above.
    else this.#unattended.cutOff(Promise.all(this.#turns))
    this.#stay()
  }

  #stay(): void {
    const until = this.lasts ? (this.#last?.until ?? 0) : 0
    this.#activation.stay(Math.max(0, until - Date.now()))
  }

  /** What Claude speaks of, or would speak of, belongs to these. */
  #reported(): readonly Envelope[] {
    const { reported } = this.#starters
    if (reported.length > 0) return reported.map(({ envelope }) => envelope)
    return this.#last === undefined ? [] : [this.#last.envelope]
  }

  #take(events: AsyncIterable<TurnEvent>, session: Session, worker: Worker): void {
    const [first, ...more] = this.#reported()
    if (first === undefined) return
    const { conversation } = first
    const turn = followOwnTurn(this.#parts, {
      id: unattendedId(),
      reported: [first, ...more],
      events,
      session,
      worker,
      approvals: this.#approvals,
      end: (fits) => this.stop(fits),
    })
      .catch((err: unknown) =>
        this.#parts.log.error({ err, conversation }, 'a background turn could not be followed'),
      )
      .finally(() => {
        this.#turns.delete(turn)
        if (this.#activity.cutOff === undefined) this.#unattended.keep()
        this.#stay()
      })
    this.#turns.add(turn)
  }
}
