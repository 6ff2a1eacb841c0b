/** Lines in, answers out: for pipes, files and scripts. Answers go to standard output, all else to standard error. */
import type {
  Answer,
  Bot,
  Message,
  Person,
  PromptReply,
  Reply,
  ReplyStream,
  TextReply,
} from '../../src/contract.ts'
import { refusal, typedAnswer } from './choices.ts'
import type { Face } from './face.ts'
import { answerOf, localUser, messageOf } from './inbound.ts'
import type { TerminalIo } from './io.ts'
import { Lines } from './lines.ts'
import { Pending } from './pending.ts'
import { Printer } from './printer.ts'
import type { TerminalSettings } from './settings.ts'
import { type Words, localeOf, wordsIn } from './words.ts'

/** How long an input may stay silent before the script is played: a CI runner's may stay open for ever. */
const silenceMs = 5000

export class Pipe implements Face {
  readonly #io: TerminalIo
  readonly #settings: TerminalSettings
  readonly #lines: Lines
  readonly #printer: Printer
  readonly #pending = new Pending()
  readonly #user: Person
  readonly #words: Words
  readonly #settled = new Set<string>()
  #bot: Bot | undefined
  #ended: (() => void) | undefined
  #failed = false
  #playing = false
  #stopped = false

  constructor(io: TerminalIo, settings: TerminalSettings) {
    this.#io = io
    this.#user = localUser(io.env)
    this.#words = wordsIn(localeOf(io.env))
    this.#settings = settings
    this.#lines = new Lines(io.input)
    this.#printer = new Printer(io, settings)
  }

  async start(bot: Bot): Promise<void> {
    this.#bot = bot
    this.#settings.interrupt?.addEventListener('abort', this.#interrupt, { once: true })
    if (this.#settings.ask === undefined) await this.#printer.greet(bot.greeting)
    this.#converse(bot).then(
      (code) => bot.leave(code),
      (error: unknown) => this.#broken(bot, error),
    )
  }

  async stop(): Promise<void> {
    const first = !this.#stopped
    this.#stopped = true
    this.#settings.interrupt?.removeEventListener('abort', this.#interrupt)
    this.#ended?.()
    this.#lines.close()
    if (first) await this.#tellUnanswered()
    await this.#printer.close()
  }

  async send(reply: Reply): Promise<void> {
    if (reply.kind === 'prompt') {
      await this.#printer.prompt(reply)
      if (reply.settled === undefined) this.#decide(reply)
      return
    }
    if (reply.kind === 'file') return this.#printer.file(reply)
    await this.#print(reply)
  }

  /** The answer to a message of an earlier run may come first: it answers nothing here. */
  async #print(reply: TextReply): Promise<void> {
    const { key } = reply
    await this.#introduce(key)
    if (this.#pending.of(key) === undefined) await this.#printer.aside(reply, this.#pending.isEarlier(key))
    else await this.#printer.reply(reply)
    this.#end(reply)
  }

  async #introduce(key: string): Promise<void> {
    if (this.#settings.json !== true && this.#pending.introduces(key))
      await this.#printer.note(this.#words.earlier)
  }

  async #tellUnanswered(): Promise<void> {
    const unanswered = this.#pending.all.length > 0 && this.#settings.temporary !== true
    if (unanswered && this.#printer.isOpen) await this.#printer.note(this.#words.kept)
  }

  async settle(reply: PromptReply): Promise<void> {
    this.#settled.add(reply.prompt)
    await this.#printer.settled(reply)
  }

  stream(key: string): ReplyStream {
    return {
      show: async (view) => {
        await this.#introduce(key)
        await this.#printer.view(view, this.#pending.isEarlier(key))
      },
      finish: async (reply) => {
        await this.#print(reply)
        return true
      },
      abandon: () => this.#printer.abandoned(),
    }
  }

  #end(reply: TextReply): void {
    if (this.#pending.ended(reply).length === 0) return
    if (reply.outcome !== 'answered') this.#failed = true
    if (this.#pending.all.length === 0) this.#ended?.()
  }

  /** Everything that there is to ask, one after another. Returns the exit code. */
  async #converse(bot: Bot): Promise<number> {
    const { ask, script } = this.#settings
    if (ask !== undefined) await this.#ask(bot, ask)
    else if (script !== undefined && (await this.#silent())) await this.#play(bot, script)
    else await this.#answerLines(bot)
    if (this.#settings.interrupt?.aborted === true) return 130
    return this.#failed ? 1 : 0
  }

  async #answerLines(bot: Bot): Promise<void> {
    for (;;) {
      const line = await this.#lines.take()
      if (line === undefined || this.#over) return
      if (/^\s*\/(?:quit|exit)\s*$/.test(line)) return
      if (line.trim() !== '') await this.#ask(bot, line)
    }
  }

  async #play(bot: Bot, script: readonly string[]): Promise<void> {
    this.#playing = true
    this.#printer.tellAll()
    for (const text of script) {
      if (this.#over) return
      await this.#printer.echo(text)
      await this.#ask(bot, text)
    }
  }

  get #over(): boolean {
    return this.#stopped || this.#settings.interrupt?.aborted === true
  }

  /** True when the input has ended, or stayed silent for long, before its first line. */
  async #silent(): Promise<boolean> {
    const { promise: waited, resolve } = Promise.withResolvers<'silence'>()
    const timer = setTimeout(() => resolve('silence'), silenceMs)
    try {
      const first = await Promise.race([this.#lines.peek(), waited])
      return first === undefined || (first === 'silence' && this.#settings.mode !== 'pipe')
    } finally {
      clearTimeout(timer)
    }
  }

  /** Resolves when the message has its final reply. */
  async #ask(bot: Bot, text: string): Promise<void> {
    const message = messageOf(this.#user, text)
    this.#pending.add(message)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ended = resolve
    const receipt = await bot.receive(message)
    if (receipt !== 'accepted') {
      this.#pending.remove(message)
      this.#failed = true
      return
    }
    if (this.#waitsFor(message)) await promise
  }

  #waitsFor({ id }: Message): boolean {
    return !this.#stopped && this.#pending.all.some((message) => message.id === id)
  }

  #decide(prompt: PromptReply): void {
    const bot = this.#bot
    if (bot === undefined) return
    this.#choose(bot, prompt).catch((error: unknown) => this.#broken(bot, error))
  }

  /** The next line where it is one of the choices; else a refusal, and the line is an ordinary message. */
  async #choose(bot: Bot, asked: PromptReply): Promise<void> {
    const { prompt, choices } = asked
    const line = await this.#reply()
    if (this.#settled.has(prompt) || this.#stopped) return
    const typed = line === undefined ? undefined : typedAnswer(line, asked)
    if (typed !== undefined) {
      await this.#lines.take()
      return this.#answer(bot, answerOf(this.#user, prompt, typed.choices, typed.words))
    }
    const refused = refusal(choices)
    const done = refused?.label ?? this.#words.stopped
    await this.#printer.note(line === undefined ? this.#words.nobody(done) : this.#words.noChoice(done))
    // A question that cannot be refused ends the turn: no choice is made in somebody's name.
    if (refused === undefined) await bot.receive(messageOf(this.#user, '/stop'))
    else await this.#answer(bot, answerOf(this.#user, prompt, [refused.id]))
  }

  async #answer(bot: Bot, answer: Answer): Promise<void> {
    await this.#printer.answer(answer)
    this.#pending.add(answer)
    await bot.receive(answer)
  }

  /** The line that may answer a prompt. With a text given on the command line only a person can. */
  async #reply(): Promise<string | undefined> {
    const alone = this.#settings.ask !== undefined || this.#playing
    return alone && this.#io.input.isTTY !== true ? undefined : this.#lines.peek()
  }

  readonly #interrupt = (): void => {
    const bot = this.#bot
    if (bot === undefined) return
    if (this.#pending.all.length === 0) return bot.leave(130)
    bot.receive(messageOf(this.#user, '/stop')).catch((error: unknown) => this.#broken(bot, error))
  }

  #broken(bot: Bot, error: unknown): void {
    bot.log.error({ err: error }, 'the terminal cannot go on')
    bot.leave(1)
  }
}
