/** What a pipe prints, and where. */
import {
  AdapterError,
  type Answer,
  type FileReply,
  type PromptReply,
  type TextReply,
  type TurnView,
} from '../../src/contract.ts'
import { eventLine, fileEvent, replyEvent, type TerminalEvent, viewEvent } from './events.ts'
import { harmless, harmlessLine } from './harmless.ts'
import { hasColour, type Output, type TerminalIo, write } from './io.ts'
import {
  choiceLines,
  echo,
  figuresLine,
  fileSection,
  notice,
  question,
  type Section,
  toolLine,
} from './outbound.ts'
import { Page } from './page.ts'
import { type Look, renderMarkdown } from './render.ts'
import type { TerminalSettings } from './settings.ts'
import { dim, paintAnsi, paintPlain, run } from './style.ts'
import { wordsIn } from './words.ts'

export class Printer {
  readonly #io: TerminalIo
  readonly #json: boolean
  #told = false
  readonly #page = new Page()
  readonly #printedTools = new Set<string>()
  #answers = 0
  /** Of the turn that is shown. */
  #status: string | undefined
  #lastEvent = ''
  #closed = false
  #unheard = false

  constructor(io: TerminalIo, settings: TerminalSettings) {
    this.#io = io
    this.#json = settings.json === true
  }

  async greet(words: string): Promise<void> {
    if (words !== '') await this.note(`Parley ${words}`)
  }

  /** A line about what goes on, for people. */
  async note(words: string): Promise<void> {
    await this.#write(this.#io.error, [this.#look(this.#io.error).paint([run(harmlessLine(words), dim)])])
  }

  /** From here on all is one text: a conversation that plays by itself, tools and notices between the answers. */
  tellAll(): void {
    this.#told = !this.#json
  }

  /** False once nobody reads the answers any more. */
  get isOpen(): boolean {
    return !this.#closed
  }

  get #aside(): Output {
    return this.#told ? this.#io.output : this.#io.error
  }

  /** What the script types. */
  async echo(text: string): Promise<void> {
    if (this.#json) return
    await this.#tell(echo(text, this.#look(this.#io.output)))
  }

  /** `earlier`: of a message of an earlier run. */
  async view(view: TurnView, earlier: boolean): Promise<void> {
    if (this.#json) return this.#event(viewEvent(view, earlier))
    const { tools, status } = view
    if (status !== undefined && status !== this.#status) await this.note(status)
    this.#status = status
    for (const tool of tools) {
      if (tool.state === 'running' || this.#printedTools.has(tool.id)) continue
      this.#printedTools.add(tool.id)
      await this.#tell({ kind: 'tool', lines: [toolLine(tool, this.#look(this.#aside))] })
    }
  }

  async abandoned(): Promise<void> {
    // By contract this never throws, and a terminal that has gone needs no word of it.
    if (this.#json) await this.#event({ type: 'abandoned' }).catch(() => undefined)
  }

  async reply(reply: TextReply): Promise<void> {
    this.#ended()
    if (this.#json) return this.#event(replyEvent(reply, false))
    // What a command answers is what the line asked for, though the words are the bot's own.
    if (reply.tone === 'answer' || reply.outcome === 'answered') await this.#answer(reply.markdown)
    else await this.#tell(notice(reply, this.#look(this.#aside)))
    if (this.#told && reply.figures !== undefined) {
      const line = this.#look(this.#io.output).paint([
        run(figuresLine(reply.figures, wordsIn(reply.language)), dim),
      ])
      await this.#tell({ kind: 'figures', lines: [line] })
    }
  }

  /** Words that answer nothing that was asked here. `earlier`: but a message of an earlier run. */
  async aside(reply: TextReply, earlier: boolean): Promise<void> {
    this.#ended()
    if (this.#json) return this.#event(replyEvent(reply, earlier))
    await this.#tell(notice(reply, this.#look(this.#aside)))
  }

  async file(reply: FileReply): Promise<void> {
    if (this.#json) return this.#event(fileEvent(reply))
    await this.#tell(fileSection(reply, this.#look(this.#aside)))
  }

  async prompt(prompt: PromptReply): Promise<void> {
    const { title, markdown, choices } = prompt
    if (this.#json) return this.#event({ type: 'prompt', prompt: prompt.prompt, title, markdown, choices })
    const look = this.#look(this.#aside)
    const { lines } = question(prompt, look)
    await this.#tell({ kind: 'prompt', lines: [...lines, ...choiceLines(choices, look)] })
  }

  async answer({ prompt, choices, text }: Answer): Promise<void> {
    if (this.#json)
      await this.#event({ type: 'answer', prompt, choices, ...(text === undefined ? {} : { text }) })
  }

  async settled({ prompt, settled }: PromptReply): Promise<void> {
    const label = settled?.label ?? ''
    if (this.#json) return this.#event({ type: 'settled', prompt, label })
    const line = this.#look(this.#aside).paint([run(`└ ${harmlessLine(label)}`, dim)])
    await this.#tell({ kind: 'settled', lines: [line] })
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  /** As Markdown source where a program reads, rendered where a person does. */
  async #answer(markdown: string): Promise<void> {
    const { output } = this.#io
    const text = harmless(markdown).trimEnd()
    const lines = output.isTTY === true ? renderMarkdown(text, this.#look(output)) : [text]
    if (this.#told) return this.#tell({ kind: 'text', lines })
    await this.#write(output, this.#answers++ === 0 ? lines : ['', ...lines])
  }

  /** What is told beside the answers; empty lines set it apart where it is one text with them. */
  async #tell(section: Section): Promise<void> {
    if (!this.#told) return this.#write(this.#aside, section.lines)
    this.#page.add(section)
    await this.#write(this.#aside, this.#page.take())
  }

  #ended(): void {
    this.#printedTools.clear()
    this.#status = undefined
  }

  /** Views may be shown again without having changed: once is enough. */
  async #event(event: TerminalEvent): Promise<void> {
    const line = eventLine(event)
    if (event.type === 'view' && line === this.#lastEvent) return
    this.#lastEvent = line
    await this.#put(this.#io.output, line)
  }

  async #write(stream: Output, lines: readonly string[]): Promise<void> {
    await this.#put(stream, lines.map((line) => `${line}\n`).join(''))
  }

  /**
   * Whoever leaves a pipe early, `| head`, has what they wanted: what follows counts as written. So does what is told
   * beside the answers where standard error is broken.
   */
  async #put(stream: Output, text: string): Promise<void> {
    const aside = stream === this.#io.error
    if (this.#closed || (aside && this.#unheard)) return
    await write(stream, text).catch((error: unknown) => {
      if (!(error instanceof AdapterError) || (error.code !== 'gone' && !aside)) throw error
      if (aside) this.#unheard = true
      else this.#closed = true
    })
  }

  #look(stream: Output): Look {
    const colour = hasColour(this.#io, stream)
    const columns = stream.isTTY === true ? Math.max((stream.columns ?? 80) - 1, 20) : 100
    return { columns, colour, paint: colour ? paintAnsi : paintPlain }
  }
}
