/** One turn from its first message to its end: what it begins with, how it is shown, what it ends. */
import { relative, resolve } from 'node:path'
import type { TurnResult } from '../claude/turn.ts'
import type { Asked } from '../commands/command.ts'
import type { Message, Picture, Sent } from '../contract.ts'
import type { Received } from '../files/receive.ts'
import type { Activation, Envelope, Outgoing } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { Aboard } from './aboard.ts'
import { type FinalReply, answerOf, noticeOf, remarkOn } from './answer-text.ts'
import type { Approvals } from './approvals.ts'
import { type Arrivals, makesWay } from './arrivals.ts'
import type { Background } from './background.ts'
import { type Together, asOne } from './burst.ts'
import type { ChatTools } from './chat-tools.ts'
import type { Doing } from './doing.ts'
import { answerKey, endWith } from './ending.ts'
import type { Running } from './gathering.ts'
import type { Parking } from './parking.ts'
import type { ConversationParts, ShownTurn } from './parts.ts'
import { isSameSender } from './place.ts'
import { recordTurn } from './record-turn.ts'
import { type TurnParts, runTurn } from './run-turn.ts'
import { stepOf } from './steps.ts'
import { TurnDisplay } from './turn-display.ts'
import { Place } from './turn-place.ts'
import { type TakingParts, takeFiles } from './take-files.ts'
import type { Warm } from './warm.ts'

export interface TurnUnderWayParts {
  readonly bot: ConversationParts
  readonly activation: Activation
  readonly warm: Warm
  readonly approvals: Approvals
  readonly arrivals: Arrivals
  readonly tools: ChatTools
  readonly parking: Parking
  readonly background: Background
  /** Aborted when this process is to commit nothing more. */
  readonly left: AbortSignal
}

export class TurnUnderWay implements Running {
  readonly stop = new AbortController()
  readonly since = Date.now()
  readonly aboard: Aboard
  readonly #parts: TurnUnderWayParts
  /** Aborted by its stop, or when this process is to commit nothing more. */
  readonly #over: AbortSignal
  readonly #sender: { readonly id: string; readonly words: Words }
  /** What came along with its messages, from the workspace on. */
  readonly #files = new Set<string>()
  /** Whose work in the background ends with it when it is stopped. */
  #ends: (message: Message) => boolean
  readonly #display = new TurnDisplay(() => this.#open(), this.since)
  /** Set once it was admitted: the books know of it. */
  #begun: Promise<void> | undefined
  #recorded: Promise<void> = Promise.resolve()

  /** `sender`: who asked, and their language. */
  constructor(
    parts: TurnUnderWayParts,
    head: Envelope,
    sender: { readonly id: string; readonly words: Words },
  ) {
    this.#parts = parts
    this.#over = AbortSignal.any([this.stop.signal, parts.left])
    this.#sender = sender
    this.#ends = (message) => isSameSender(message, head.message)
    const { activation, bot } = parts
    const admit = async (joined: Envelope): Promise<boolean> => {
      const { barred, words } = await bot.personOf(joined.message)
      const refusal = barred ? words.ending.barred : await bot.budgets.admitMore(joined)
      if (refusal === undefined) return true
      await endWith(activation, [joined], noticeOf(answerKey(joined), 'failed', refusal))
      return false
    }
    this.aboard = new Aboard(head, { activation, take: this.#take, admit, log: bot.log })
  }

  get doing(): Doing {
    return this.#display.doing
  }

  /** Resolves when it is in the records, if it was answered: the answer is seen a moment before. */
  get recorded(): Promise<void> {
    return this.#recorded
  }

  /** What was written in one go is asked in one. */
  async gather(): Promise<Asked> {
    await this.#parts.arrivals.gather(this)
    return { kind: 'text', text: asOne(this.aboard.began).message.text }
  }

  /**
   * Asks Claude, where the budgets let it. Resolves when all that it answers has ended. It holds its place until it is
   * paid for: what the same person asks elsewhere is held against that.
   */
  async run(asked: Asked): Promise<void> {
    const { bot, arrivals, parking } = this.#parts
    const { id: person } = this.#sender
    const permits = bot.shares.of(person, (waits) => parking.share(waits ? person : undefined))
    using place = new Place(permits, this.#over)
    this.#display.begin()
    try {
      await arrivals.review(this)
      const refusal = await this.#admit(place)
      if (refusal === undefined) await this.#ask(asked, place)
      else await this.#refuse(refusal)
    } catch (error) {
      await this.#display.abandon()
      throw error
    }
  }

  /** Why it may not begin; undefined also where it ends before it has a place. */
  async #admit(place: Place): Promise<string | undefined> {
    this.#display.enter('waits')
    try {
      await place.take()
    } catch {
      return undefined
    }
    const admitted = await this.#parts.bot.budgets.admit(this.aboard.began[0])
    if ('refusal' in admitted) return admitted.refusal
    this.#begun = admitted.begun
    return undefined
  }

  async #refuse(why: string): Promise<void> {
    const { activation, arrivals } = this.#parts
    const [envelope] = this.aboard.began
    const refused = await this.aboard.close(false)
    const reply = noticeOf(answerKey(envelope), 'failed', why)
    await endWith(activation, refused, reply, await this.#display.settle())
    await arrivals.end(envelope)
  }

  /** Ends it, and what Claude left running for these. */
  end(fits: (message: Message) => boolean): void {
    this.#ends = fits
    this.stop.abort()
  }

  /** The CLI wrote this, as it is. */
  heard(line: string): void {
    if (this.#display.tells) this.#display.tell({ type: 'line', line })
  }

  /** What did not begin costs nothing. */
  async #book(result: TurnResult): Promise<void> {
    const [{ message, id }] = this.aboard.began
    if (this.#begun !== undefined) await this.#parts.bot.budgets.book(message, result, id)
  }

  /** Nothing more is taken in. */
  async close(): Promise<void> {
    await this.aboard.close(endsAll(this.stop.signal))
  }

  /**
   * Shows it no longer where it is shown, if its message is one of those that fit. Resolves with what shows it again,
   * where its message is answered by then; a turn that has ended meanwhile stays as it is.
   */
  async leaveChat(fits: (message: Message) => boolean): Promise<(() => void) | undefined> {
    return fits(this.aboard.began[0].message) ? this.#display.leave() : undefined
  }

  #open(): ShownTurn {
    const { activation, bot } = this.#parts
    const [head] = this.aboard.began
    const onSent = (sent: Sent): Promise<void> => activation.draft(head, sent)
    return bot.showTurn(activation.now(head), answerKey(head), onSent, this.#sender.words.language)
  }

  readonly #take = async (
    messages: Together,
    signal: AbortSignal,
    asked?: TakingParts['asked'],
  ): Promise<Received> => {
    const { files: desk, log, queue, personOf } = this.#parts.bot
    const { warm } = this.#parts
    const { words } = await personOf(messages[0].message)
    const post = (reply: Outgoing): Promise<unknown> => queue.post([reply])
    const received = await takeFiles(messages, { desk, warm, log, words, post, asked }, signal)
    for (const { path } of received.files)
      this.#files.add(relative(warm.workspace, resolve(warm.workspace, path)))
    return received
  }

  async #ask(asked: Asked, place: Place): Promise<void> {
    const { parking, left } = this.#parts
    const turn = runTurn(this.aboard.began, this.#turnParts(asked, place))
    // Together: Claude need not wait for the books.
    const [result] = await Promise.all([turn, this.#begun])
    this.#parts.bot.watch?.({ type: 'result', result })
    if (this.stop.signal.aborted) await this.#endWork()
    if (!left.aborted) return this.#end(result)
    if (parking.parked) await this.#book(result)
    await this.#display.abandon()
  }

  #turnParts(asked: Asked, place: Place): TurnParts {
    const { bot, warm, approvals, tools, parking, background } = this.#parts
    const { log, verdict } = bot
    return {
      warm,
      approvals,
      verdict,
      place,
      log,
      take: (messages, signal) => this.#take(messages, signal, asked.kind === 'text' ? asked : undefined),
      stop: this.stop.signal,
      queued: () => {
        bot.watch?.({ type: 'queued' })
        this.#display.enter('waits')
      },
      placed: () => {
        bot.watch?.({ type: 'placed' })
        this.#display.enter('works')
      },
      ended: this.#over,
      show: (view) => this.#display.show(view),
      tell: (event) => {
        bot.watch?.(event)
        const step = this.#display.tells ? stepOf(event) : undefined
        if (step !== undefined) this.#display.tell(step)
      },
      asked,
      words: this.#sender.words,
      reached: () => tools.sent,
      waits: () => parking.look(),
      starterOf: (agent) => background.starterOf(agent),
      begun: (session) => this.aboard.begun(session),
    }
  }

  /**
   * The CLI ends its commands a moment after it says that it stopped, its background tasks and subagents not at all. With
   * the process everything goes, and the next message resumes the session; but not while others have something in it.
   */
  async #endWork(): Promise<void> {
    const { background, warm } = this.#parts
    if (background.hasOthers(this.#ends)) await background.stop(this.#ends)
    else await warm.close()
  }

  /** The answer first: it is what was promised. Figures that a crash loses after it are estimated at the next start. */
  async #end(result: TurnResult): Promise<void> {
    const { bot, activation, warm, approvals, arrivals, tools } = this.#parts
    const [envelope] = this.aboard.began
    const { words } = this.#sender
    const { aborted: stopped } = this.stop.signal
    const ending = { stopped, words }
    const answer = answerOf(answerKey(envelope), result, ending)
    const reply = withPictures(
      withNotice(answer, warm.takeNotice()?.(words)),
      await tools.pictures(result.text),
    )
    const ended = await this.aboard.close(endsAll(this.stop.signal))
    const draft = await this.#display.settle()
    // Whoever has the answer may look into the records at once.
    const keeping = Promise.withResolvers<void>()
    this.#recorded = keeping.promise
    try {
      await endWith(activation, ended, reply, draft)
      await recordTurn(bot.store, warm, { ...asOne(ended), files: [...this.#files] }, result, {
        reply,
        remark: remarkOn(result, ending),
        log: bot.log,
      })
      await arrivals.end(envelope)
      await approvals.end(envelope)
      await this.#book(result)
    } finally {
      keeping.resolve()
    }
  }
}

function withNotice(reply: FinalReply, notice: string | undefined): FinalReply {
  return notice === undefined ? reply : { ...reply, markdown: `*${notice}*\n\n${reply.markdown}` }
}

function withPictures(reply: FinalReply, pictures: readonly Picture[]): FinalReply {
  return pictures.length === 0 ? reply : { ...reply, pictures }
}

/** A stop ends what was to be steered in, too; to make way for a message does not. */
function endsAll({ aborted, reason }: AbortSignal): boolean {
  return aborted && reason !== makesWay
}
