/**
 * Finds the blocks of a Markdown text, line by line, in one pass. Pure.
 *
 * remark takes about 2 ms a kilobyte, blocks the process for as long, and overflows the stack on 10,000 nested
 * quotes. Cutting needs to know of the blocks only where they begin and end; that costs a hundredth. The
 * tests hold what is found here against remark's tree.
 */
import { type Container, Cursor, continued, opened } from './containers.ts'
import {
  type Fence,
  closesFence,
  endsBefore,
  fenceOf,
  htmlEndOf,
  isHeading,
  isRule,
  isTableHead,
  isUnderline,
} from './syntax.ts'

/** A leaf block: what holds text. */
export interface Block {
  readonly kind: 'paragraph' | 'heading' | 'rule' | 'fence' | 'indented' | 'html' | 'table'
  /** Index of its first line; they are consecutive. */
  readonly first: number
  readonly stack: readonly Container[]
  /** Set for `fence`. */
  readonly fence?: Fence
  /** Index of the line that closes a fence, once it is there. */
  readonly closed?: number
}

export interface Line {
  readonly start: number
  /** Offset after the line's text, before its ending. */
  readonly end: number
  /** Offset of the next line. */
  readonly next: number
  /** The containers that the line is in. */
  readonly stack: readonly Container[]
  /** How many of them were open before it and are continued by it. */
  readonly matched: number
  /** Offset after the markers of the matched containers. */
  readonly inner: number
  /** Columns that are left of the tab at `inner`, when those markers ate part of it; else 0. */
  readonly tab: number
  /** Offset after all container markers. */
  readonly content: number
  /** Absent: blank. */
  readonly block: Block | undefined
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
/** A block that more lines may belong to. `end` is what ends an HTML block. */
type OpenBlock = Mutable<Block> & { end?: RegExp }

/** Lines in order, without a gap: they cover the text. */
export function scan(markdown: string): Line[] {
  const scanner = new Scanner(markdown)
  const endings = /\r\n|\n|\r/g
  let start = 0
  while (start < markdown.length) {
    const ending = endings.exec(markdown)
    const end = ending?.index ?? markdown.length
    const next = ending === null ? markdown.length : endings.lastIndex
    scanner.add(start, end, next)
    start = next
  }
  return scanner.lines
}

class Scanner {
  readonly lines: Mutable<Line>[] = []
  readonly #markdown: string
  #stack: readonly Container[] = []
  /** The block that the next line may continue. */
  #open: OpenBlock | undefined

  constructor(markdown: string) {
    this.#markdown = markdown
  }

  add(start: number, end: number, next: number): void {
    const index = this.lines.length
    const cursor = new Cursor(this.#markdown, start, end)
    const matched = continued(cursor, this.#stack, index)
    const whole = matched === this.#stack.length
    const { offset: inner, tab } = cursor
    const block = this.#place(cursor, index, matched, whole)
    const stack = this.#stack
    const line = { start, end, next, stack, matched: Math.min(matched, stack.length), inner, tab }
    this.lines.push({ ...line, content: cursor.offset, block })
  }

  /** The block that the line belongs to. Leaves behind the containers and the block that are open after it. */
  #place(cursor: Cursor, index: number, matched: number, whole: boolean): Block | undefined {
    const open = this.#open
    if (whole && open !== undefined && this.#continuesRaw(open, cursor, index)) return open
    const kept = whole ? this.#stack : this.#stack.slice(0, matched)
    const paragraph = open?.kind === 'paragraph' ? open : undefined
    // By the letter only a paragraph counts here; remark, which platforms' renderers follow, counts code too.
    const interrupting = whole && (paragraph !== undefined || open?.kind === 'indented')
    const stack = opened(cursor, kept, index, interrupting)
    const here = whole && stack === kept
    if (cursor.blank) return this.#leave(stack, undefined)
    const { columns } = cursor.indent()
    const mayContinue = stack === kept && paragraph !== undefined
    if (columns > 3) {
      if (mayContinue) return paragraph
      return this.#leave(
        stack,
        here && open?.kind === 'indented' ? open : { kind: 'indented', first: index, stack },
      )
    }
    const { rest } = cursor
    const grown = here && paragraph !== undefined ? this.#grow(paragraph, rest, index) : undefined
    if (grown !== undefined) return grown
    const begun = begin(rest, columns, mayContinue)
    if (begun !== undefined) return this.#leave(stack, { ...begun, first: index, stack })
    // A paragraph's line needs no marker of the containers that the paragraph is in.
    if (mayContinue) return paragraph
    return this.#leave(
      stack,
      here && open?.kind === 'table' ? open : { kind: 'paragraph', first: index, stack },
    )
  }

  /** Whether the line is more of an open fence or HTML block, in which Markdown means nothing. */
  #continuesRaw(open: OpenBlock, cursor: Cursor, index: number): boolean {
    const { fence, end } = open
    if (fence !== undefined && cursor.indent().columns <= 3 && closesFence(cursor.rest, fence)) {
      open.closed = index
      this.#open = undefined
    }
    if (end === undefined) return fence !== undefined
    const ends = end.test(cursor.rest)
    if (ends) this.#open = undefined
    return !(ends && endsBefore(end))
  }

  /** The heading or table that a paragraph turns out to be, by the line that follows it. */
  #grow(paragraph: OpenBlock, rest: string, index: number): OpenBlock | undefined {
    if (isUnderline(rest)) {
      paragraph.kind = 'heading'
      this.#open = undefined
      return paragraph
    }
    const header = this.lines.at(-1)
    if (header === undefined || !isTableHead(this.#markdown.slice(header.content, header.end), rest))
      return undefined
    header.block = { kind: 'table', first: index - 1, stack: paragraph.stack }
    this.#open = header.block
    return header.block
  }

  #leave(stack: readonly Container[], block: OpenBlock | undefined): OpenBlock | undefined {
    this.#stack = stack
    this.#open = block?.kind === 'heading' || block?.kind === 'rule' ? undefined : block
    return block
  }
}

/** The block, other than a paragraph, that a line begins. */
function begin(
  text: string,
  indent: number,
  interrupting: boolean,
): Omit<OpenBlock, 'first' | 'stack'> | undefined {
  if (isHeading(text)) return { kind: 'heading' }
  const fence = fenceOf(text, indent)
  if (fence !== undefined) return { kind: 'fence', fence }
  if (isRule(text)) return { kind: 'rule' }
  const end = htmlEndOf(text, interrupting)
  if (end === undefined) return undefined
  const whole = !endsBefore(end) && end.test(text)
  return whole ? { kind: 'html' } : { kind: 'html', end }
}
