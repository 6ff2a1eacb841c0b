/**
 * The terminal as a page that only grows, with a live region at its foot. What is printed stands for good and
 * scrolls away; the live region is drawn anew in place. Each drawing is one write.
 */
import { type Output, write } from './io.ts'
import { stripVTControlCharacters } from 'node:util'
import { width } from './width.ts'

const escape = '\u001B['
/** Terminals that know it show the frame at once, the others ignore it. */
const frameBegin = `${escape}?2026h`
const frameEnd = `${escape}?2026l`

export interface Live {
  /** Each narrower than the terminal. */
  readonly lines: readonly string[]
  /** Where the cursor stands, counted from the region's first line; absent: below the region. */
  readonly cursor?: { readonly row: number; readonly column: number }
}

export class Screen {
  readonly #output: Output
  #shown: Live = { lines: [] }
  #last: Promise<void> = Promise.resolve()

  constructor(output: Output) {
    this.#output = output
  }

  /** One less than there are: writing into the last column makes some terminals wrap. */
  get columns(): number {
    return Math.max((this.#output.columns ?? 80) - 1, 20)
  }

  get rows(): number {
    return Math.max(this.#output.rows ?? 24, 5)
  }

  /** Adds lines to the page and draws the live region below. */
  draw(printed: readonly string[], live: Live): void {
    if (printed.length === 0 && same(live, this.#shown)) return
    const page = printed.map((line) => `${line}\r\n`).join('')
    const frame = frameBegin + this.#home() + `${escape}J` + page + region(live) + frameEnd
    this.#shown = live
    this.raw(frame)
  }

  /** Writes as it is, for the terminal's modes. */
  raw(text: string): void {
    this.#last = write(this.#output, text)
    // Awaited by settled() or by nobody: a terminal that has gone is noticed by its own error event.
    this.#last.catch(() => undefined)
  }

  /** Forgets where things stand after the terminal was cleared by hand. */
  clear(): void {
    this.raw(`${escape}H${escape}2J`)
    this.#shown = { lines: [] }
  }

  /** Resolves when all is written. @throws AdapterError */
  settled(): Promise<void> {
    return this.#last
  }

  /** To the first column of the live region's first row, as the terminal has it now. */
  #home(): string {
    const { lines, cursor } = this.#shown
    // A terminal that was made narrower has broken our lines into several rows.
    const columns = this.#output.columns ?? 80
    const above = lines.slice(0, cursor?.row ?? lines.length)
    const rowsAbove = above.reduce((sum, line) => sum + rowsOf(line, columns), 0)
    const rowsBefore = Math.floor((cursor?.column ?? 0) / columns)
    const up = rowsAbove + rowsBefore
    return `\r${up > 0 ? `${escape}${up}A` : ''}`
  }
}

function region({ lines, cursor }: Live): string {
  if (lines.length === 0) return ''
  if (cursor === undefined) return lines.map((line) => `${line}\r\n`).join('')
  const below = lines.length - 1 - cursor.row
  const up = below > 0 ? `${escape}${below}A` : ''
  const right = cursor.column > 0 ? `${escape}${cursor.column}C` : ''
  return `${lines.join('\r\n')}${up}\r${right}`
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(width(stripVTControlCharacters(line)) / columns))
}

function same(one: Live, other: Live): boolean {
  return (
    one.cursor?.row === other.cursor?.row &&
    one.cursor?.column === other.cursor?.column &&
    one.lines.length === other.lines.length &&
    one.lines.every((line, index) => line === other.lines[index])
  )
}
