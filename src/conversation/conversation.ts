/** One conversation while this process holds it: takes its messages in order, one turn at a time. */
import { type Guard, type Session, ClaudeError } from '../claude/turn.ts'
import { type Asked, type OrderedCommand, type TurnCommand, CommandError } from '../commands/command.ts'
import type { Message } from '../contract.ts'
import type { Activation, Envelope } from '../queue/port.ts'
import type { SessionRecord } from '../store/records.ts'
import { noticeOf } from './answer-text.ts'
import { Approvals } from './approvals.ts'
import { Arrivals } from './arrivals.ts'
import { Background } from './background.ts'
import type { MidTurn } from './burst.ts'
import { ChatTools } from './chat-tools.ts'
import type { Doing } from './doing.ts'
import { answerKey, endWith, mostDeaths } from './ending.ts'
import { type Served, guardOf } from './judging.ts'
import { Parking } from './parking.ts'
import { Payers } from './purse.ts'
import type { ConversationParts } from './parts.ts'
import type { ToolUse } from './tool-pattern.ts'
import { TurnUnderWay, type TurnUnderWayParts } from './turn-under-way.ts'
import { Warm } from './warm.ts'

/** How long somebody who was seen to type is waited for. */
const expectedMs = 2 * 60_000

export class Conversation {
  readonly #approvals: Approvals
  readonly #suspended = new AbortController()
  /** Aborted when this process is to commit nothing more. */
  readonly #left: AbortSignal
  readonly #parts: ConversationParts
  readonly #activation: Activation
  readonly #warm: Warm
  readonly #tools: ChatTools
  readonly #arrivals: Arrivals
  readonly #background: Background
  readonly #parking: Parking
  readonly #payers: Payers
  readonly #turnParts: TurnUnderWayParts
  #running: TurnUnderWay | undefined
  /** The one that runs, or ran last. */
  #newest: TurnUnderWay | undefined

  constructor(parts: ConversationParts, activation: Activation, record: SessionRecord | undefined) {
    this.#parts = parts
    this.#activation = activation
    this.#left = AbortSignal.any([activation.signal, this.#suspended.signal])
    const now: Activation['now'] = (envelope) => activation.now(envelope)
    this.#approvals = new Approvals(parts, this.#left, now)
    this.#arrivals = new Arrivals(parts)
    activation.onArrival((envelope) => {
      if (this.#running !== undefined) this.#arrivals.arrived(envelope, this.#running)
    })
    this.#background = new Background(parts, activation)
    this.#parking = new Parking(activation, this.#approvals, {
      keepPlace: parts.keepPlace,
      leave: () => this.#leave(),
      barred: async ({ message }) => (await parts.personOf(message)).barred,
      wake: () => parts.queue.wake(activation.conversation),
    })
    this.#payers = new Payers(parts, () => this.#background.served().at(-1))
    const { store, gateway, openSession, claude, dataDir, projects } = parts
    const judged = guardOf(parts.verdict, (agent) => this.#served(agent))
    const guard: Guard = async (use) => (await this.#refusedBefore(use)) ?? judged(use)
    this.#tools = new ChatTools(parts.sending, parts.queue, now)
    const { offered: tools } = this.#tools
    const warmParts = {
      sessions: store.sessions,
      grants: store.grants,
      history: store.history,
      openSession,
      claude,
      dataDir,
      projects,
      gateway,
      follow: (session: Session) => {
        this.#background.follow(session, this.#warm)
        session.onLine((line) => this.#running?.heard(line))
      },
      tools,
      guard,
      purse: this.#payers,
    }
    this.#warm = new Warm(warmParts, activation.conversation, record)
    this.#turnParts = {
      bot: parts,
      activation,
      warm: this.#warm,
      approvals: this.#approvals,
      arrivals: this.#arrivals,
      tools: this.#tools,
      parking: this.#parking,
      background: this.#background,
      left: this.#left,
    }
  }

  /** Handles messages until none has come for `idleMs()`, or the place is wanted by others. */
  async run(idleMs: () => number): Promise<void> {
    const end = (): void => void this.#warm.close()
    this.#activation.signal.addEventListener('abort', end, { once: true })
    let patience = this.#activation.expected ? (): number => expectedMs : idleMs
    try {
      if (this.#activation.expected) await this.#wakeUp()
      for (;;) {
        const envelope = await this.#activation.next(patience())
        if (envelope === undefined) return
        patience = idleMs
        if (await this.#parking.stays(envelope)) return
        await this.#handle(envelope)
        this.#background.rest()
        if (this.#left.aborted) return await this.#parking.settle(envelope)
      }
    } finally {
      this.#parking.end()
      await this.#warm.close()
      await this.#background.settled()
      await this.#payers.settled()
    }
  }

  /** Somebody is about to write. What fails here fails again, and is told, with their message. */
  async #wakeUp(): Promise<void> {
    try {
      await this.#warm.ready()
    } catch (err) {
      const { conversation } = this.#activation
      this.#parts.log.info({ conversation, err }, 'the session could not be woken before its message')
    }
  }

  /** A refusal that came while no turn was there to take it holds, also where Claude need not ask this time. */
  async #refusedBefore(use: ToolUse): ReturnType<Guard> {
    const head = this.#running?.aboard.began[0]
    if (head === undefined || head.attempt < 2) return undefined
    const never = await this.#approvals.refused(head, use)
    return never === undefined ? undefined : { never }
  }

  /** Whom Claude works for, or worked for last. */
  #served(agent: string | undefined): Served | undefined {
    const { workspace } = this.#warm
    const messages = this.#background.served(agent)
    const loosened: Served['loosened'] = (use) => this.#warm.loosened(use)
    return messages.length === 0 ? undefined : { messages, workspace, loosened }
  }

  /** See {@link Background.answering}. */
  get answering(): readonly Message[] {
    return this.#background.answering
  }

  /** Resolves when the turn that was answered last is in the records: its answer is seen a moment before. */
  get recorded(): Promise<void> {
    return this.#newest?.recorded ?? Promise.resolve()
  }

  /** What the turn does now; undefined: none runs. */
  get doing(): Doing | undefined {
    const doing = this.#running?.doing
    return doing?.phase === 'works' && this.#approvals.waiting ? { ...doing, phase: 'decides' } : doing
  }

  /** The process is to end: a turn that waits for a person, for hours perhaps, is left to the next process. */
  suspend(): void {
    if (this.#approvals.waiting) this.#leave()
  }

  #leave(): void {
    this.#suspended.abort()
    void this.#warm.close()
  }

  /**
   * Ends the running turn, or else nothing but what Claude does by itself, as far as that belongs to one of these: for
   * others it goes on. False: nothing runs.
   */
  async stop(fits: (message: Message) => boolean): Promise<boolean> {
    const turn = this.#running
    if (turn?.aboard.over.aborted === false) turn.end(fits)
    else if (this.#background.hasOthers(fits)) return this.#background.stop(fits)
    else if (this.#background.lasts) void this.#warm.close()
    else return false
    return true
  }

  /** Ends the process, and begins anew with the next message. Call it when nothing runs. */
  forget(): Promise<void> {
    return this.#warm.forget()
  }

  /** Changes what becomes of messages that wait for the running turn, see {@link Arrivals.direct}. Undefined: none runs. */
  async direct(fits: (envelope: Envelope) => boolean, mode: MidTurn): Promise<number | undefined> {
    return this.#running && this.#arrivals.direct(this.#running, fits, mode)
  }

  /**
   * What `move` moves is answered elsewhere from now on; the turn that runs is shown there, if it is one of those
   * that fit. Resolves with what was moved.
   */
  async handOff(
    to: Message['movedTo'] & object,
    fits: (message: Message) => boolean,
    move: () => Promise<readonly Envelope[]>,
  ): Promise<readonly Envelope[]> {
    const showAgain = await this.#running?.leaveChat(fits)
    const moved = await move()
    this.#background.move(fits, to)
    showAgain?.()
    return moved
  }

  /** For an operator to see, and to try again once it is mended. */
  async #bury({ id, conversation, message, died }: Envelope): Promise<void> {
    const { store, log } = this.#parts
    try {
      await store.dead.add({ id, conversation, message, died, at: Date.now() })
    } catch (err) {
      // Its sender hears all the same, and what is behind it goes on.
      log.error({ err, message: id }, 'a message that was given up is not among the dead letters')
    }
  }

  async #handle(envelope: Envelope): Promise<void> {
    this.#background.serve(envelope)
    const { id: person, barred, words } = await this.#parts.personOf(envelope.message)
    this.#warm.moveIn(this.#parts.homeOf(person, envelope))
    this.#tools.serve(envelope, words.language, () => this.#warm.walls())
    const { givenUp, barred: sentAway } = words.ending
    const unrun = barred ? sentAway : envelope.died >= mostDeaths ? givenUp(mostDeaths) : undefined
    if (unrun !== undefined) {
      if (!barred) await this.#bury(envelope)
      await endWith(this.#activation, [envelope], noticeOf(answerKey(envelope), 'failed', unrun))
      return this.#approvals.end(envelope)
    }
    const { plain, text } = envelope.message
    const call = plain === true ? undefined : this.#parts.called(text)
    if (call?.command.when === 'in-order') return this.#command(envelope, call.command, call.args)
    // From here on /stop ends it, also while it is not sure yet that there will be a turn.
    const turn = new TurnUnderWay(this.#turnParts, envelope, { id: person, words })
    this.#running = this.#newest = turn
    try {
      const asked =
        call?.command.when === 'turn'
          ? await this.#asked(envelope, call.command, call.args)
          : await turn.gather()
      if (asked !== undefined) await turn.run(asked)
    } finally {
      this.#running = undefined
      await turn.close()
    }
  }

  async #command(envelope: Envelope, command: OrderedCommand, args: string): Promise<void> {
    try {
      const words = await command.run(await this.#parts.desk(envelope.message, args), this.#warm)
      await endWith(this.#activation, [envelope], noticeOf(answerKey(envelope), 'answered', words))
    } catch (error) {
      await this.#refuse(envelope, error)
    }
  }

  async #asked(envelope: Envelope, command: TurnCommand, args: string): Promise<Asked | undefined> {
    try {
      return await command.asks(await this.#parts.desk(envelope.message, args))
    } catch (error) {
      await this.#refuse(envelope, error)
      return undefined
    }
  }

  /** A command could not do as it was told; what is no fault of its caller's is thrown on. */
  async #refuse(envelope: Envelope, error: unknown): Promise<void> {
    if (!(error instanceof CommandError) && !(error instanceof ClaudeError)) throw error
    const { words } = await this.#parts.personOf(envelope.message)
    const told = error instanceof ClaudeError ? words.faults.told(error) : error.message
    await endWith(this.#activation, [envelope], noticeOf(answerKey(envelope), 'failed', told))
  }
}
