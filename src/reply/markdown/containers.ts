/** Block quotes and list items: which of them a line continues, which it opens. Pure. */
import { isRule, listMarkerOf } from './syntax.ts'

/** A block quote or a list item that lines can be in. The same object for every line of it. */
export interface Container {
  readonly type: 'quote' | 'item'
  /** Columns that a list item's content is indented by. */
  readonly width: number
  /** Index of the line that opened it. */
  readonly line: number
  /** A list item of which the first line holds nothing but its marker. */
  readonly bare: boolean
}

/** Deeper nesting is read as text: nobody writes it, and each level costs time on each line. */
const deepest = 64

/** Reads one line from left to right, in columns: a tab reaches to the next multiple of four. */
export class Cursor {
  offset: number
  /** Columns that are left of the tab at `offset`, when part of it is passed; else 0. */
  tab = 0
  readonly #markdown: string
  readonly #end: number
  #column = 0

  constructor(markdown: string, start: number, end: number) {
    this.#markdown = markdown
    this.offset = start
    this.#end = end
  }

  /** Columns of white space ahead, and the offset after them. */
  indent(): { columns: number; offset: number } {
    let column = this.#column
    let offset = this.offset
    for (; offset < this.#end; offset += 1) {
      const code = this.#markdown.charCodeAt(offset)
      if (code === 32) column += 1
      else if (code === 9) column += 4 - (column % 4)
      else break
    }
    return { columns: column - this.#column, offset }
  }

  get blank(): boolean {
    return this.indent().offset === this.#end
  }

  /** The rest of the line without its indentation. */
  get rest(): string {
    return this.#markdown.slice(this.indent().offset, this.#end)
  }

  /** The first character after the indentation. */
  get ahead(): string {
    const { offset } = this.indent()
    return offset < this.#end ? this.#markdown.charAt(offset) : ''
  }

  /** Goes past up to so many columns of white space. */
  skip(columns: number): void {
    const goal = this.#column + columns
    while (this.#column < goal && this.offset < this.#end) {
      const code = this.#markdown.charCodeAt(this.offset)
      if (code !== 32 && code !== 9) return
      const width = code === 32 ? 1 : 4 - (this.#column % 4)
      if (this.#column + width > goal) {
        this.tab = this.#column + width - goal
        this.#column = goal
        return
      }
      this.#column += width
      this.offset += 1
      this.tab = 0
    }
  }

  /** Goes past the indentation and so many characters. */
  pass(characters: number): void {
    const { columns, offset } = this.indent()
    this.#column += columns + characters
    this.offset = offset + characters
    this.tab = 0
  }
}

/** Goes past the markers of the containers that the line continues; returns how many those are. */
export function continued(cursor: Cursor, stack: readonly Container[], line: number): number {
  for (const [depth, container] of stack.entries()) {
    if (container.type === 'quote') {
      if (cursor.ahead !== '>' || cursor.indent().columns > 3) return depth
      cursor.pass(1)
      cursor.skip(1)
    } else if (cursor.blank) {
      if (container.bare && line === container.line + 1) return depth
    } else if (cursor.indent().columns >= container.width) cursor.skip(container.width)
    else return depth
  }
  return stack.length
}

/** Goes past the markers of the containers that the line opens; `stack` itself when it opens none. */
export function opened(
  cursor: Cursor,
  stack: readonly Container[],
  line: number,
  interrupting: boolean,
): readonly Container[] {
  let open = stack
  while (open.length < deepest) {
    const container = openOne(cursor, line, interrupting && open === stack)
    if (container === undefined) break
    open = [...open, container]
  }
  return open
}

function openOne(cursor: Cursor, line: number, interrupting: boolean): Container | undefined {
  const { columns } = cursor.indent()
  if (columns > 3) return undefined
  const { ahead } = cursor
  if (ahead === '>') {
    cursor.pass(1)
    cursor.skip(1)
    return { type: 'quote', width: 0, line, bare: false }
  }
  if (!/[-+*\d]/.test(ahead)) return undefined
  const { rest } = cursor
  const found = listMarkerOf(rest)
  if (found === undefined || isRule(rest) || (interrupting && !found.interrupts)) return undefined
  cursor.pass(found.marker.length)
  const bare = cursor.blank
  const gap = cursor.indent().columns
  const space = bare || gap > 4 ? 1 : gap
  cursor.skip(space)
  return { type: 'item', width: columns + found.marker.length + space, line, bare }
}
