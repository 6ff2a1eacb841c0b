/** Where a Markdown text may be cut, and how good each place is. Pure. */
import { type Block, type Line, scan } from './scan.ts'

/** From the best place to the worst. `orphan` leaves a heading, a fence's or a table's head behind alone. */
export type Level =
  | 'heading'
  | 'block'
  | 'item'
  | 'nested'
  | 'line'
  | 'sentence'
  | 'word'
  | 'orphan'
  | 'grapheme'

/** A place between two chunks. */
export interface Cut {
  readonly offset: number
  /** Index of the line that the text goes on in. */
  readonly line: number
  readonly level: Level
  /** True within a line, or at the start of a paragraph's later line. */
  readonly inline: boolean
  /** Markers that are open here, outermost first. */
  readonly open: readonly string[]
  /** True where nothing is to be closed or opened again: there is no room for it, or no sense in it. */
  readonly raw: boolean
}

/** A text and what is known of it. */
export interface Source {
  readonly markdown: string
  readonly lines: readonly Line[]
  /** The cuts between lines, in order; the text's end is the last. */
  readonly cuts: readonly Cut[]
}

/** Scans a text and lists the cuts between its lines. */
export function sourceOf(markdown: string): Source {
  const lines = scan(markdown)
  const cuts: Cut[] = []
  let above: Block | undefined
  for (const [index, line] of lines.entries()) {
    const level = index === 0 ? undefined : levelBefore(lines, index, above)
    if (level !== undefined)
      cuts.push({ offset: line.start, line: index, level, inline: false, open: [], raw: false })
    above = line.block ?? above
  }
  const end = {
    offset: markdown.length,
    line: lines.length,
    level: 'heading',
    inline: false,
    open: [],
    raw: false,
  } as const
  return { markdown, lines, cuts: [...cuts, end] }
}

/** How well the text may be cut before a line; undefined: not between lines, or not at all. */
function levelBefore(lines: readonly Line[], index: number, above: Block | undefined): Level | undefined {
  const line = lines[index]
  const before = lines[index - 1]
  const block = line?.block
  if (line === undefined || before === undefined) return undefined
  // A quote may go on for ever with nothing in it.
  if (block === undefined) return line.stack.some(({ type }) => type === 'quote') ? 'orphan' : undefined
  if (before.block === block) return levelInside(block, index)
  if (above?.kind === 'heading') return 'orphan'
  const opensItem = line.stack.slice(line.matched).some(({ type }) => type === 'item')
  if (line.matched > 0) return opensItem ? 'item' : 'nested'
  if (block.kind === 'heading') return 'heading'
  return opensItem && before.stack.length > 0 ? 'item' : 'block'
}

function levelInside(block: Block, index: number): Level | undefined {
  const depth = index - block.first
  if (block.kind === 'fence' && index !== block.closed) return depth === 1 ? 'orphan' : 'line'
  if (block.kind === 'table') return depth <= 2 ? 'orphan' : 'line'
  return block.kind === 'html' || block.kind === 'indented' ? 'line' : undefined
}
