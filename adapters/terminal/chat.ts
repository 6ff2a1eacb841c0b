/** A chat in a terminal: what comes from the core is shown, what is typed goes to the core. */
import type { Bot, PromptReply, Reply, ReplyStream, TextReply } from '../../src/contract.ts'
import { compose } from './compose.ts'
import type { Face } from './face.ts'
import { Frames } from './frames.ts'
import { hasColour, type TerminalIo } from './io.ts'
import { Keyboard } from './keyboard.ts'
import { echo, figuresLine, fileSection, greeting, notice, question, settledLine } from './outbound.ts'
import { Page } from './page.ts'
import { Pending } from './pending.ts'
import type { Look } from './render.ts'
import { Screen } from './screen.ts'
import type { TerminalSettings } from './settings.ts'
import { dim, paintAnsi, paintPlain, run } from './style.ts'
import { ShownTurn } from './turn.ts'
import { type Words, localeOf, wordsIn } from './words.ts'

const bracketedPasteOn = '\u001B[?2004h'
const bracketedPasteOff = '\u001B[?2004l'

export class Chat implements Face {
  readonly #io: TerminalIo
  readonly #interrupt: AbortSignal | undefined
  readonly #temporary: boolean
  readonly #screen: Screen
  readonly #page = new Page()
  readonly #pending = new Pending()
  readonly #frames = new Frames(() => this.#draw())
  readonly #keyboard: Keyboard
  readonly #colour: boolean
  /** When each message came to the head of the queue, by its id. */
  readonly #begun = new Map<string, number>()
  #prompts: PromptReply[] = []
  #turn: ShownTurn | undefined
  #stopped = false
  /** As the environment tells, then as the core speaks. */
  #words: Words

  constructor(io: TerminalIo, { historyFile, interrupt, temporary = false }: TerminalSettings) {
    this.#io = io
    this.#words = wordsIn(localeOf(io.env))
    this.#temporary = temporary
    this.#interrupt = interrupt
    this.#screen = new Screen(io.output)
    this.#colour = hasColour(io, io.output)
    this.#keyboard = new Keyboard(io, historyFile, this.#pending, {
      changed: () => this.#frames.changed(),
      accepted: () => this.#advance(),
      clear: () => this.#screen.clear(),
      prompt: () => this.#prompts[0],
      answered: (prompt) => this.#forget(prompt),
      words: () => this.#words,
    })
  }

  async start(bot: Bot): Promise<void> {
    this.#pending.know(bot.commands)
    await this.#keyboard.prepare(bot)
    if (this.#stopped) return
    this.#keyboard.start()
    this.#screen.raw(bracketedPasteOn)
    this.#io.output.on('resize', this.#frames.drawNow)
    // From outside: in here Ctrl-C is a key.
    this.#interrupt?.addEventListener('abort', () => bot.leave(0), { once: true })
    this.#page.add(greeting(bot.greeting, this.#look(), this.#words))
    this.#frames.drawNow()
  }

  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.#frames.stop()
    this.#io.output.off('resize', this.#frames.drawNow)
    await this.#keyboard.stop()
    if (this.#pending.turns.length > 0 && !this.#temporary) this.#remark(this.#words.kept)
    this.#screen.draw(this.#page.take(), { lines: [] })
    this.#screen.raw(bracketedPasteOff)
    // A terminal that is gone needs no tidying.
    await this.#screen.settled().catch(() => undefined)
  }

  async send(reply: Reply): Promise<void> {
    this.#speakAs(reply)
    if (reply.kind === 'prompt') {
      this.#page.add(...(this.#turn?.pause() ?? []), question(reply, this.#look()))
      if (reply.settled === undefined) this.#prompts.push(reply)
      else this.#page.add({ kind: 'settled', lines: [settledLine(reply, this.#look())] })
      return this.#flush()
    }
    if (reply.kind === 'file') {
      this.#page.add(...(this.#turn?.pause() ?? []), fileSection(reply, this.#look()))
      return this.#flush()
    }
    if (this.#isStopEcho(reply)) {
      this.#ended(reply)
      return this.#flush()
    }
    this.#page.add(...(this.#turn?.pause() ?? []))
    this.#introduce(reply.key)
    if (reply.tone === 'answer') this.#page.add(...this.#newTurn().finish(reply.markdown))
    else this.#page.add(notice(reply, this.#look()))
    this.#ended(reply)
    return this.#flush()
  }

  async settle(reply: PromptReply): Promise<void> {
    this.#forget(reply)
    this.#page.add({ kind: 'settled', lines: [settledLine(reply, this.#look())] })
    return this.#flush()
  }

  stream(key: string): ReplyStream {
    const turn = this.#newTurn()
    this.#turn = turn
    const end = (): void => {
      if (this.#turn === turn) this.#turn = undefined
    }
    return {
      show: async (view) => {
        this.#introduce(key)
        this.#page.add(...turn.show(view))
        this.#frames.changed()
      },
      finish: async (reply) => {
        this.#speakAs(reply)
        this.#introduce(key)
        this.#page.add(...turn.end(reply))
        end()
        this.#ended(reply)
        await this.#flush()
        return true
      },
      abandon: async () => {
        this.#page.add(...turn.pause())
        this.#remark(this.#words.unfinished)
        end()
        this.#frames.changed()
      },
    }
  }

  #newTurn(): ShownTurn {
    return new ShownTurn(
      () => this.#look(),
      () => this.#words,
    )
  }

  #speakAs({ language }: Reply): void {
    if (language !== undefined) this.#words = wordsIn(language)
  }

  #introduce(key: string): void {
    if (this.#pending.introduces(key)) this.#remark(this.#words.earlier)
  }

  #remark(words: string): void {
    this.#page.add({ kind: 'notice', lines: [this.#dim(words)] })
  }

  /** The answer to Ctrl-C's /stop says what the status line says, unless it is about messages that wait. */
  #isStopEcho({ key }: TextReply): boolean {
    const message = this.#pending.of(key)
    return message !== undefined && this.#keyboard.isStop(message) && this.#pending.turns.length < 2
  }

  #ended(reply: TextReply): void {
    if (reply.figures !== undefined && reply.figures.durationMs > 0) {
      this.#page.add({ kind: 'figures', lines: [this.#dim(figuresLine(reply.figures, this.#words))] })
    }
    const ended = this.#pending.ended(reply)
    for (const message of ended) {
      // What was taken into a running turn never began one.
      if (!this.#begun.delete(message.id)) this.#page.add(echo(message.text, this.#look()))
      this.#keyboard.ended(message)
    }
    if (ended.length > 0) this.#advance()
  }

  /** Puts what is taken up next on the page: what waits for nothing at once, the rest when all before it is done. */
  #advance(): void {
    const [head] = this.#pending.turns
    for (const message of this.#pending.all) {
      if (this.#begun.has(message.id) || (message !== head && this.#pending.takesTurn(message))) continue
      this.#begun.set(message.id, performance.now())
      if (!this.#keyboard.isStop(message)) this.#page.add(echo(message.text, this.#look()))
    }
    this.#frames.changed()
  }

  #forget({ prompt }: PromptReply): void {
    this.#prompts = this.#prompts.filter((known) => known.prompt !== prompt)
    this.#frames.changed()
  }

  #draw(): boolean {
    const busy = this.#busy()
    this.#screen.draw(this.#page.take(), compose(this.#view(busy), this.#look(), this.#screen.rows))
    return busy !== undefined && this.#prompts.length === 0
  }

  async #flush(): Promise<void> {
    this.#frames.drawNow()
    await this.#screen.settled()
  }

  #busy(): { words: string; ms: number } | undefined {
    const begun = this.#begun.get(this.#pending.underWay?.id ?? '')
    if (begun === undefined) return undefined
    const ms = performance.now() - begun
    const { stopping, working } = this.#words
    return { words: this.#keyboard.stopping ? stopping : (this.#turn?.status ?? working), ms }
  }

  #view(busy: { words: string; ms: number } | undefined): Parameters<typeof compose>[0] {
    const { edited, hint, wording } = this.#keyboard
    const waits = this.#pending.turns.filter(({ id }) => !this.#begun.has(id))
    return {
      turn: this.#turn?.live() ?? { text: [], tools: [] },
      busy: this.#prompts.length > 0 ? undefined : busy,
      waiting: waits.map(({ text }) => text),
      steerable: waits.some((message) => !this.#pending.isCommand(message)),
      prompt: this.#prompts[0],
      wording,
      edited,
      hint,
      words: this.#words,
      apart: { text: this.#page.parts('text'), other: this.#page.parts('tool') },
    }
  }

  #look(): Look {
    const paint = this.#colour ? paintAnsi : paintPlain
    return { columns: this.#screen.columns, colour: this.#colour, paint }
  }

  #dim(words: string): string {
    return this.#look().paint([run(words, dim)])
  }
}
