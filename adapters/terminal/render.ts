/**
 * Markdown to terminal lines, as it streams in. Source goes in line by line; a block comes out once nothing that
 * follows can change it, so that what was printed stays right: a table when it ends, a paragraph when it ends, a
 * line of code at once. {@link Flow.peek} shows the block that is still open without ending it.
 */
import { inline } from './inline.ts'
import { accent, bold, code, dim, italic, plain, run, underline, type Paint, type Run } from './style.ts'
import { isDelimiterRow, table } from './table.ts'
import { clipRuns, runsWidth, wrap } from './width.ts'

export interface Look {
  readonly columns: number
  /** False with NO_COLOR and into pipes: what colour would tell is told by Markdown's own marks. */
  readonly colour: boolean
  readonly paint: Paint
  /** Cuts what is wider, such as code, which else the terminal itself breaks. */
  readonly clipped?: boolean
}

/** A list item that the current line may belong to. */
interface Item {
  /** Column of its content in the source. */
  readonly content: number
  /** Column of its content on the screen. */
  readonly indent: number
}

interface Fence {
  readonly marker: string
  readonly indent: number
}

type Open = { readonly kind: 'paragraph' | 'table'; readonly lines: string[] }

const fenceLine = /^(`{3,}|~{3,})\s*([^`]*)$/
const headingLine = /^(#{1,6})\s+(.*?)(?:\s+#+)?\s*$/
const ruleLine = /^(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/
const itemLine = /^([-*+]|\d{1,9}[.)])(\s+|$)(.*)$/
const deepest = 6

/** One document being rendered. Its text has been made harmless before. */
export class Flow {
  readonly #look: Look
  readonly #depth: number
  #items: Item[] = []
  #fence: Fence | undefined
  #open: Open | undefined
  #quote: Flow | undefined
  /** What the next line that is shown begins with, in place of its indentation: a list item's bullet. */
  #bullet: Run[] | undefined
  #blank = true

  constructor(look: Look, depth = 0) {
    this.#look = look
    this.#depth = depth
  }

  /** Takes one source line, without its line feed. Returns the lines that are final now. */
  push(line: string): string[] {
    return this.#line(line.replaceAll('\t', '    ')).map((runs) => this.#look.paint(runs))
  }

  /** Ends the open block. */
  end(): string[] {
    return this.#close().map((runs) => this.#look.paint(runs))
  }

  /** The open block with an unfinished line added to it, as it would look if the text ended here. */
  peek(partial: string): string[] {
    const copy = this.#copy({ ...this.#look, clipped: true })
    return [...(partial === '' ? [] : copy.push(partial)), ...copy.end()]
  }

  #copy(look: Look): Flow {
    const copy = new Flow(look, this.#depth)
    copy.#items = [...this.#items]
    copy.#fence = this.#fence
    copy.#open = this.#open === undefined ? undefined : { ...this.#open, lines: [...this.#open.lines] }
    copy.#quote = this.#quote === undefined ? undefined : this.#quote.#copy(look)
    copy.#bullet = this.#bullet
    copy.#blank = this.#blank
    return copy
  }

  #line(line: string): Run[][] {
    if (this.#fence !== undefined) return this.#codeLine(line, this.#fence)
    if (line.trim() === '') return this.#blankLine()
    const indent = line.length - line.trimStart().length
    const closed = this.#leaveItems(line.trim(), indent)
    const inside = this.#items.at(-1)?.content ?? 0
    if (indent - inside >= 4 && this.#open === undefined && this.#quote === undefined) {
      return [...closed, ...this.#show([[run(line.slice(inside + 4), code)]], '    ')]
    }
    return [...closed, ...this.#block(line.trim(), indent, line.endsWith('  '))]
  }

  /** Leaves the list items that a line with this indentation is not part of. */
  #leaveItems(text: string, indent: number): Run[][] {
    // A paragraph goes on in the next line however little that is indented.
    if (this.#open?.kind === 'paragraph' && !startsBlock(text)) return []
    const kept = this.#items.filter((item) => indent >= item.content)
    const closed = kept.length < this.#items.length ? this.#close() : []
    this.#items = kept
    return closed
  }

  #blankLine(): Run[][] {
    const closed = this.#close()
    if (this.#blank) return closed
    this.#blank = true
    return [...closed, []]
  }

  #block(text: string, indent: number, hardBreak: boolean): Run[][] {
    if (text.startsWith('>') && this.#depth < deepest) return this.#quoted(text)
    const fence = fenceLine.exec(text)
    if (fence !== null) return this.#openFence(fence[1] ?? '', fence[2] ?? '', indent)
    const heading = headingLine.exec(text)
    if (heading !== null) return this.#heading(heading[2] ?? '', heading[1]?.length ?? 1)
    if (this.#open?.kind === 'paragraph' && /^=+$|^-{2,}$/.test(text)) return this.#setext(text)
    if (ruleLine.test(text)) return [...this.#close(), ...this.#show([[run('─'.repeat(this.#room()), dim)]])]
    const item = itemLine.exec(text)
    if (
      item !== null &&
      this.#items.length < 20 &&
      !(this.#open?.kind === 'paragraph' && this.#items.length === 0 && item[3] === '')
    ) {
      return this.#item(item[1] ?? '-', item[2] ?? ' ', item[3] ?? '', indent)
    }
    return this.#text(text, hardBreak)
  }

  #text(text: string, hardBreak: boolean): Run[][] {
    const closed = this.#quote === undefined ? [] : this.#close()
    if (this.#open?.kind === 'table' && !text.includes('|')) closed.push(...this.#close())
    const lines = this.#open?.lines
    const header = this.#open?.kind === 'paragraph' ? lines?.at(-1) : undefined
    if (lines !== undefined && header?.includes('|') === true && isDelimiterRow(text, header)) {
      lines.pop()
      if (lines.length > 0) closed.push(...this.#close())
      this.#open = { kind: 'table', lines: [header, text] }
    } else if (lines === undefined) this.#open = { kind: 'paragraph', lines: [text] }
    else lines.push(hardBreak ? `${text}  ` : text)
    return closed
  }

  #item(marker: string, space: string, rest: string, indent: number): Run[][] {
    const closed = this.#close()
    const outer = this.#items.at(-1)?.indent ?? 0
    const bullet = /\d/.test(marker) ? `${marker} ` : '• '
    const task = /^\[([ xX])\]\s+(.*)$/.exec(rest)
    const box = task === null ? '' : task[1] === ' ' ? '☐ ' : '☑ '
    const pad = ' '.repeat(outer)
    // A bullet whose text is a list again has not been shown yet: both stand on one line.
    this.#bullet = [...(this.#bullet ?? [run(pad)]), run(bullet + box, accent)]
    const content = indent + marker.length + (space.length > 4 || rest === '' ? 1 : space.length)
    const room = this.#look.columns / 2
    this.#items.push({ content, indent: Math.min(outer + bullet.length + box.length, room) })
    const text = task === null ? rest : (task[2] ?? '')
    if (text === '') return [...closed, ...this.#show([[]])]
    return [...closed, ...this.#block(text, content, false)]
  }

  #quoted(text: string): Run[][] {
    const closed = this.#quote === undefined ? this.#close() : []
    const inner = this.#look.columns - (this.#items.at(-1)?.indent ?? 0) - 2
    this.#quote ??= new Flow({ ...this.#look, columns: Math.max(inner, 10) }, this.#depth + 1)
    return [...closed, ...this.#bar(this.#quote.#line(text.replace(/^> ?/, '')))]
  }

  #bar(lines: readonly Run[][]): Run[][] {
    return this.#show(
      lines.map((runs) => [run('│ ', dim), ...runs.map((part) => run(part.text, part.style | italic))]),
    )
  }

  #heading(text: string, level: number): Run[][] {
    const closed = this.#close()
    const style = level === 1 ? bold | accent | underline : bold | accent
    const mark = this.#look.colour ? '' : `${'#'.repeat(level)} `
    return [
      ...closed,
      ...this.#show(wrap([run(mark), ...inline(text, style, !this.#look.colour)], this.#room())),
    ]
  }

  #setext(text: string): Run[][] {
    const title = this.#open?.lines.join(' ') ?? ''
    this.#open = undefined
    return this.#heading(title, text.startsWith('=') ? 1 : 2)
  }

  #openFence(marker: string, info: string, indent: number): Run[][] {
    const closed = this.#close()
    this.#fence = { marker, indent }
    const language = info.trim()
    const head = this.#look.colour ? language : marker + language
    return head === '' ? closed : [...closed, ...this.#show([[run(head, dim)]])]
  }

  #codeLine(line: string, fence: Fence): Run[][] {
    const text = line.trim()
    const ends = text.startsWith(fence.marker) && text.replaceAll(fence.marker.charAt(0), '') === ''
    if (ends) {
      this.#fence = undefined
      return this.#look.colour ? [] : this.#show([[run(fence.marker, dim)]])
    }
    const spaces = line.length - line.trimStart().length
    const kept = line.slice(Math.min(spaces, fence.indent))
    // Not wrapped: the terminal does it, and a copied line stays one line.
    return this.#show([[run(kept, code)]], this.#look.colour ? '  ' : '')
  }

  #close(): Run[][] {
    const quote = this.#quote
    if (quote !== undefined) {
      this.#quote = undefined
      return this.#bar(quote.#close())
    }
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return []
    if (open.kind === 'table') return this.#show(table(open.lines, this.#room(), !this.#look.colour))
    const text = open.lines.map((line, index) =>
      index < open.lines.length - 1 ? line.replace(/\\$/, '') : line,
    )
    const runs = inline(text.join('\n'), plain, !this.#look.colour)
    return this.#show(splitLines(runs).flatMap((line) => wrap(line, this.#room())))
  }

  /** Adds what stands to the left: the bullet before the first line, indentation before the others. */
  #show(lines: readonly Run[][], extra = ''): Run[][] {
    const pad = ' '.repeat(this.#items.at(-1)?.indent ?? 0)
    return lines.map((runs) => {
      const before = this.#bullet ?? [run(pad)]
      this.#bullet = undefined
      this.#blank = runs.length === 0 && runsWidth(before) === 0
      const whole = this.#blank ? [] : [...before, run(extra), ...runs]
      return this.#look.clipped === true ? clipRuns(whole, this.#look.columns) : whole
    })
  }

  #room(): number {
    return Math.max(this.#look.columns - (this.#items.at(-1)?.indent ?? 0), 10)
  }
}

function startsBlock(text: string): boolean {
  return [fenceLine, headingLine, ruleLine, itemLine].some((line) => line.test(text)) || text.startsWith('>')
}

/** Line breaks of the source are kept: what people and models write in a chat relies on them. */
function splitLines(runs: readonly Run[]): Run[][] {
  const lines: Run[][] = [[]]
  for (const { text, style } of runs) {
    const [first = '', ...more] = text.split('\n')
    lines.at(-1)?.push(run(first, style))
    for (const line of more) lines.push([run(line, style)])
  }
  return lines
}

/** A whole Markdown text, already harmless, as terminal lines. */
export function renderMarkdown(markdown: string, look: Look): string[] {
  const flow = new Flow(look)
  const lines = markdown.split('\n').flatMap((line) => flow.push(line))
  return [...lines, ...flow.end()]
}
