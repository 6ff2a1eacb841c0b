/** One turn being shown: what of it is final goes to the page, the rest stays live until it is. */
import type { TextReply, ToolView, TurnView } from '../../src/contract.ts'
import { harmless } from './harmless.ts'
import { notice as barredNotice, type Section, toolLine } from './outbound.ts'
import { Flow, type Look } from './render.ts'
import { dim, run } from './style.ts'
import type { Words } from './words.ts'

export class ShownTurn {
  readonly #look: () => Look
  readonly #words: () => Words
  #flow: Flow
  /** The source that went into the flow: whole lines, or all of it where a tool followed. */
  #taken = ''
  /** What follows it: a line that is not finished. */
  #partial = ''
  #onPage = false
  readonly #ended = new Set<string>()
  readonly #known = new Set<string>()
  #running: readonly ToolView[] = []
  #status: string | undefined

  constructor(look: () => Look, words: () => Words) {
    this.#look = look
    this.#words = words
    this.#flow = new Flow(look())
  }

  get status(): string | undefined {
    return this.#status
  }

  /** Takes the turn as it stands now; returns what became final. */
  show(view: TurnView): Section[] {
    const sections = this.#text(view.markdown)
    this.#status = view.status
    for (const tool of view.tools) {
      if (!this.#known.has(tool.id)) sections.push(...this.pause())
      this.#known.add(tool.id)
      if (tool.state === 'running' || this.#ended.has(tool.id)) continue
      this.#ended.add(tool.id)
      sections.push({ kind: 'tool', lines: [toolLine(tool, this.#look())] })
    }
    this.#running = view.tools.filter(({ state }) => state === 'running')
    return sections
  }

  /** What is not final yet. */
  live(): { readonly text: readonly string[]; readonly tools: readonly string[] } {
    return {
      text: this.#flow.peek(washed(this.#partial)),
      tools: this.#running.map((tool) => toolLine(tool, this.#look())),
    }
  }

  /** Makes the text so far final: something else comes below it. */
  pause(): Section[] {
    const lines = [...(this.#partial === '' ? [] : this.#push(this.#partial)), ...this.#flow.end()]
    this.#taken += this.#partial
    this.#partial = ''
    return this.#section(lines)
  }

  /** Ends with the whole text: what of it is not on the page yet. */
  finish(markdown: string): Section[] {
    const at = markdown.indexOf(this.#shown)
    this.#running = []
    if (at < 0) return [...this.#text(markdown), ...this.pause()]
    // A notice of the bot's may stand before the text that is on the page already; its end may be trimmed.
    const notice = markdown.slice(0, at).trim()
    const rest = markdown.slice(at)
    this.#taken = this.#taken.slice(0, rest.length)
    const before = notice === '' ? [] : [barredNotice({ markdown: notice, tone: 'notice' }, this.#look())]
    return [...before, ...this.#text(rest), ...this.pause()]
  }

  /** Ends with this reply: Claude's words as they are, what the bot adds below those of a failed turn as a notice. */
  end({ markdown, tone }: Pick<TextReply, 'markdown' | 'tone'>): Section[] {
    if (tone === 'answer') return this.finish(markdown)
    const sections = this.pause()
    const { body, note } = parts(markdown)
    const known = this.#shown.startsWith(body)
    const grown = !known && body.startsWith(this.#shown)
    if (grown) sections.push(...this.finish(body))
    const rest = known || grown ? note : markdown
    return [...sections, barredNotice({ markdown: rest, tone }, this.#look())]
  }

  /** The source of what is on the page. */
  get #shown(): string {
    return this.#taken.trimEnd()
  }

  #text(whole: string): Section[] {
    const sections: Section[] = []
    if (!whole.startsWith(this.#taken)) {
      this.#partial = ''
      sections.push(...this.pause())
      if (this.#onPage) sections.push(this.#startsOver())
      this.#flow = new Flow(this.#look())
      this.#taken = ''
    }
    const end = Math.max(whole.lastIndexOf('\n') + 1, this.#taken.length)
    const lines = whole.slice(this.#taken.length, end).split('\n').slice(0, -1)
    this.#taken = whole.slice(0, end)
    this.#partial = whole.slice(end)
    sections.push(...this.#section(lines.flatMap((line) => this.#push(line))))
    return sections
  }

  /** What was printed cannot be taken back: say that it is void. */
  #startsOver(): Section {
    this.#onPage = false
    return { kind: 'notice', lines: [this.#look().paint([run(this.#words().startsOver, dim)])] }
  }

  #push(line: string): string[] {
    return this.#flow.push(washed(line))
  }

  #section(lines: readonly string[]): Section[] {
    if (lines.length === 0) return []
    this.#onPage ||= lines.some((line) => line !== '')
    return [{ kind: 'text', lines }]
  }
}

/** Line by line, because washing all of a long text again with every word would be quadratic. */
function washed(line: string): string {
  return harmless(line.replace(/\r$/, ''))
}

/** The core puts its own words below Claude's, after a rule. */
function parts(markdown: string): { readonly body: string; readonly note: string } {
  const rule = '\n\n---\n\n'
  const at = markdown.lastIndexOf(rule)
  return at < 0
    ? { body: '', note: markdown }
    : { body: markdown.slice(0, at).trimEnd(), note: markdown.slice(at + rule.length) }
}
