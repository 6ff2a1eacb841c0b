/** One conversation while this process holds it: takes its messages in order, one turn at a time. */
import { type Session, ClaudeError } from '../claude/turn.ts'
import { type Asked, type OrderedCommand, type TurnCommand, CommandError } from '../commands/command.ts'
import type { Message, Sent, TurnView } from '../contract.ts'
import type { Received } from '../files/receive.ts'
import type { Activation, Envelope, Outgoing } from '../queue/port.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Words } from '../words/en.ts'
import { type FinalReply, answerOf, noticeOf } from './answer-text.ts'
import { Aboard } from './aboard.ts'
import { Arrivals, makesWay } from './arrivals.ts'
import { Approvals } from './approvals.ts'
import { Background } from './background.ts'
import { type MidTurn, type Together, asOne } from './burst.ts'
import { ChatTools } from './chat-tools.ts'
import type { Doing } from './doing.ts'
import type { Running as Boarding } from './gathering.ts'
import { answerKey, endWith, mostDeaths } from './ending.ts'
import { Parking } from './parking.ts'
import type { ConversationParts, ShownTurn } from './parts.ts'
import { guardOf } from './judging.ts'
import { recordTurn } from './record-turn.ts'
import { runTurn } from './run-turn.ts'
import { takeFiles } from './take-files.ts'
import { Warm } from './warm.ts'

interface Running extends Boarding {
  /** Who asked, and their language. */
  readonly person: string
  readonly words: Words
  doing: Doing
  /** Set while the turn is shown in the chat. */
  shown?: ShownTurn | undefined
}

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
  #running: Running | undefined
  #recorded: Promise<void> = Promise.resolve()

  constructor(parts: ConversationParts, activation: Activation, record: SessionRecord | undefined) {
    this.#parts = parts
    this.#activation = activation
    this.#left = AbortSignal.any([activation.signal, this.#suspended.signal])
    const now: Activation['now'] = (envelope) => activation.now(envelope)
    this.#approvals = new Approvals(parts.prompts, parts.log, this.#left, now)
    this.#arrivals = new Arrivals(parts)
    activation.onArrival((envelope) => {
      if (this.#running !== undefined) this.#arrivals.arrived(envelope, this.#running)
    })
    this.#background = new Background(parts, activation)
    this.#parking = new Parking(activation, this.#approvals, {
      keepPlace: parts.keepPlace,
      leave: () => this.suspend(),
      wake: () => parts.queue.wake(activation.conversation),
    })
    const { store, openSession, claude, dataDir, projects } = parts
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
      follow: (session: Session) => this.#background.follow(session, this.#warm),
      tools,
      guard: guardOf(parts.verdict, () => this.#served),
    }
    this.#warm = new Warm(warmParts, activation.conversation, record)
  }

  /** Handles messages until none has come for `idleMs()`, or the place is wanted by others. */
  async run(idleMs: () => number): Promise<void> {
    const end = (): void => void this.#warm.close()
    this.#activation.signal.addEventListener('abort', end, { once: true })
    try {
      for (;;) {
        const envelope = await this.#activation.next(idleMs())
        if (envelope === undefined) return
        if (await this.#parking.stays(envelope)) return
        await this.#handle(envelope)
        this.#background.rest()
        if (this.#left.aborted) return await this.#parking.settle(envelope)
      }
    } finally {
      this.#parking.end()
      await this.#warm.close()
      await this.#background.settled()
    }
  }

  /** Whom Claude works for, or worked for last. */
  get #served(): { readonly message: Message; readonly workspace: string } | undefined {
    const { workspace } = this.#warm
    const message = this.#background.served
    return message === undefined ? undefined : { message, workspace }
  }

  /** Resolves when the turn that was answered last is in the records: its answer is seen a moment before. */
  get recorded(): Promise<void> {
    return this.#recorded
  }

  /** What the turn does now; undefined: none runs. */
  get doing(): Doing | undefined {
    const doing = this.#running?.doing
    return doing !== undefined && this.#approvals.waiting ? { ...doing, phase: 'decides' } : doing
  }

  /** The process is to end: a turn that waits for a person, for hours perhaps, is left to the next process. */
  suspend(): void {
    if (!this.#approvals.waiting) return
    this.#suspended.abort()
    void this.#warm.close()
  }

  /** Ends the running turn, else what Claude does by itself. False: nothing runs. */
  stop(): boolean {
    if (this.#running !== undefined) this.#running.stop.abort()
    else if (this.#background.lasts) void this.#warm.close()
    else return false
    return true
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
    const running = this.#running
    const head = running?.aboard.began[0]
    const shown = head !== undefined && fits(head.message) ? running?.shown : undefined
    await shown?.abandon()
    const moved = await move()
    const { served } = this.#background
    if (served !== undefined && fits(served)) this.#background.move(to)
    // The turn may have ended meanwhile.
    if (running === undefined || head === undefined || shown === undefined || running.shown !== shown)
      return moved
    running.shown = this.#show(head)
    if (running.doing.view !== undefined) running.shown.show(running.doing.view)
    return moved
  }

  #show(envelope: Envelope): ShownTurn {
    const onSent = (sent: Sent): Promise<void> => this.#activation.draft(envelope, sent)
    return this.#parts.showTurn(this.#activation.now(envelope), answerKey(envelope), onSent)
  }

  async #handle(envelope: Envelope): Promise<void> {
    this.#background.serve(envelope)
    const { id: person, words } = await this.#parts.personOf(envelope.message)
    this.#warm.moveIn(this.#parts.homeOf(person, envelope))
    this.#tools.serve(envelope, words.language, () => this.#warm.walls())
    if (envelope.died >= mostDeaths) {
      const givenUp = words.ending.givenUp(mostDeaths)
      await endWith(this.#activation, [envelope], noticeOf(answerKey(envelope), 'failed', givenUp))
      return this.#approvals.end(envelope)
    }
    const call = this.#parts.called(envelope.message.text)
    if (call?.command.when === 'in-order') return this.#command(envelope, call.command, call.args)
    // From here on /stop ends it, also while it is not sure yet that there will be a turn.
    const [stop, aboard] = [new AbortController(), this.#board(envelope)]
    const since = Date.now()
    const running: Running = { person, words, stop, aboard, since, doing: { phase: 'waits', since } }
    this.#running = running
    try {
      const asked =
        call?.command.when === 'turn'
          ? await this.#asked(envelope, call.command, call.args)
          : await this.#gathered(running)
      if (asked !== undefined) await this.#admitted(running, asked)
    } finally {
      this.#running = undefined
      await aboard.close(endsAll(stop.signal))
    }
  }

  #board(head: Envelope): Aboard {
    const { log, budgets } = this.#parts
    const admit = async (joined: Envelope): Promise<boolean> => {
      const refusal = await budgets.admitMore(joined)
      if (refusal === undefined) return true
      await endWith(this.#activation, [joined], noticeOf(answerKey(joined), 'failed', refusal))
      return false
    }
    return new Aboard(head, { activation: this.#activation, take: this.#take, admit, log })
  }

  readonly #take = async (messages: Together, signal: AbortSignal): Promise<Received> => {
    const { files: desk, log, queue, personOf } = this.#parts
    const { words } = await personOf(messages[0].message)
    const post = (reply: Outgoing): Promise<unknown> => queue.post([reply])
    return takeFiles(messages, { desk, warm: this.#warm, log, words, post }, signal)
  }

  /** What was written in one go is asked in one. */
  async #gathered(running: Running): Promise<Asked> {
    await this.#arrivals.gather(running)
    return { kind: 'text', text: asOne(running.aboard.began).message.text }
  }

  async #admitted(running: Running, asked: Asked): Promise<void> {
    const [envelope] = running.aboard.began
    const refusal = await this.#parts.budgets.admit(envelope)
    if (refusal === undefined) return this.#turn(running, asked)
    const refused = await running.aboard.close(false)
    await endWith(this.#activation, refused, noticeOf(answerKey(envelope), 'failed', refusal))
    await this.#arrivals.end(envelope)
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

  async #turn(running: Running, asked: Asked): Promise<void> {
    const { aboard, person, stop, words } = running
    const [envelope] = aboard.began
    const key = answerKey(envelope)
    const { store, shares, budgets, log, verdict } = this.#parts
    running.shown = this.#show(envelope)
    try {
      const parts = {
        warm: this.#warm,
        approvals: this.#approvals,
        verdict,
        permits: shares.of(person),
        log,
        take: this.#take,
        stop: stop.signal,
        placed: () => (running.doing = { ...running.doing, phase: 'works' }),
        lost: this.#left,
        show: (view: TurnView) => {
          running.doing = { ...running.doing, view }
          running.shown?.show(view)
        },
        asked,
        words,
        reached: () => this.#tools.sent,
        waits: () => this.#parking.look(),
        begun: (session: Session) => aboard.begun(session),
      }
      await this.#arrivals.review(running)
      const result = await runTurn(aboard.began, parts)
      // The CLI ends its commands a moment after it says that it stopped, its background tasks and subagents not at
      // all. With the process everything goes; the next message resumes the session.
      if (stop.signal.aborted) await this.#warm.close()
      if (this.#left.aborted) {
        if (this.#parking.parked) await budgets.book(envelope.message, result, envelope.id)
        return await running.shown.abandon()
      }
      const reply = this.#withNotice(words, answerOf(key, result, { stopped: stop.signal.aborted, words }))
      // The answer first: it is what was promised. Figures that a crash loses here are estimated at the next start.
      const ended = await aboard.close(endsAll(stop.signal))
      const { shown } = running
      running.shown = undefined
      const draft = await shown.settle()
      // Whoever has the answer may look into the records at once.
      const keeping = Promise.withResolvers<void>()
      this.#recorded = keeping.promise
      try {
        await endWith(this.#activation, ended, reply, draft)
        await recordTurn(store, this.#warm, asOne(ended), result, reply)
        await this.#arrivals.end(envelope)
        await this.#approvals.end(envelope)
        await budgets.book(envelope.message, result, envelope.id)
      } finally {
        keeping.resolve()
      }
    } catch (error) {
      await running.shown?.abandon()
      throw error
    }
  }

  #withNotice(words: Words, reply: FinalReply): FinalReply {
    const notice = this.#warm.takeNotice()?.(words)
    return notice === undefined ? reply : { ...reply, markdown: `*${notice}*\n\n${reply.markdown}` }
  }
}

/** A stop ends what was to be steered in, too; to make way for a message does not. */
function endsAll({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason !== makesWay
}
