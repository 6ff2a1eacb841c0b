/** A table as an SVG. Pure. What stands in its cells is text there and nothing else: no markup, no reference, no entity of its own. */
import { type Side, type Table, width } from '../table.ts'

/** The family that the text is set in: see font.ts. */
export const family = 'Noto Sans Mono'
/** Of that font at this size, in pixels; each character is as wide as any other. */
const fontSize = 20
const advance = 12
const lineHeight = 28
const ascent = 20
/** Between the text of a cell and its borders, and around the whole. */
const beside = 12
const above = 6
const margin = 12

/** Longer cells go on below, so that a phone can show the whole. In characters. */
const widestCell = 36
/** Beyond these it stays text: nobody could read the picture, and it would take long to draw. */
const mostRows = 100
const mostColumns = 24
const mostPixels = 4_000_000

const colours = { ground: '#2b2d31', head: '#1e1f22', other: '#313338', line: '#4e5058', text: '#f2f3f5' }

export interface Drawing {
  readonly svg: string
  /** In pixels. */
  readonly width: number
  readonly height: number
}

interface Row {
  /** The lines of each cell. */
  readonly cells: readonly (readonly string[])[]
  readonly top: number
  readonly height: number
}

interface Column {
  readonly side: Side
  readonly left: number
  readonly width: number
}

/** Undefined: it is too large to be drawn. */
export function drawingOf({ sides, rows }: Table): Drawing | undefined {
  if (rows.length > mostRows || sides.length > mostColumns) return undefined
  const cells = rows.map((row) => sides.map((_, column) => wrapped(row[column] ?? '')))
  const columns = columnsOf(sides, cells)
  const laid = rowsOf(cells)
  const last = columns.at(-1)
  const lowest = laid.at(-1)
  if (last === undefined || lowest === undefined) return undefined
  const [right, bottom] = [last.left + last.width, lowest.top + lowest.height]
  const size = { width: right + margin, height: bottom + margin }
  if (size.width * size.height > mostPixels) return undefined
  const inner = right - margin
  const parts = [
    rect(0, 0, size.width, size.height, colours.ground),
    ...laid.flatMap(({ top, height }, index) =>
      index === 0 || index % 2 === 0
        ? [rect(margin, top, inner, height, index === 0 ? colours.head : colours.other)]
        : [],
    ),
    ...laid.map(({ top, height }) => rect(margin, top + height - 1, inner, 1, colours.line)),
    ...laid.flatMap((row) => textsOf(row, columns)),
  ]
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}"`
  const set = `font-family="${family}" font-size="${fontSize}" fill="${colours.text}" xml:space="preserve"`
  return { svg: `${head} ${set}>${parts.join('')}</svg>`, ...size }
}

function columnsOf(sides: readonly Side[], cells: readonly (readonly (readonly string[])[])[]): Column[] {
  let left = margin
  return sides.map((side, index) => {
    const characters = cells.reduce(
      (widest, row) => (row[index] ?? []).reduce((most, line) => Math.max(most, width(line)), widest),
      1,
    )
    const column = { side, left, width: characters * advance + 2 * beside }
    left += column.width
    return column
  })
}

function rowsOf(cells: readonly (readonly (readonly string[])[])[]): Row[] {
  let top = margin
  return cells.map((row) => {
    const lines = row.reduce((most, cell) => Math.max(most, cell.length), 1)
    const laid = { cells: row, top, height: lines * lineHeight + 2 * above }
    top += laid.height
    return laid
  })
}

function textsOf({ cells, top }: Row, columns: readonly Column[]): string[] {
  return columns.flatMap(({ side, left, width: wide }, index) =>
    (cells[index] ?? []).map((line, at) => {
      const y = top + above + at * lineHeight + ascent
      if (side === 'right') return text(left + wide - beside, y, 'end', line)
      if (side === 'centre') return text(left + wide / 2, y, 'middle', line)
      return text(left + beside, y, 'start', line)
    }),
  )
}

/** By words where it can be. Never loses a character but the spaces at which it breaks. */
function wrapped(cell: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of cell.replaceAll(/\s+/g, ' ').trim().split(' ')) {
    let rest = word
    if (line !== '' && width(line) + 1 + width(rest) <= widestCell) {
      line = `${line} ${rest}`
      continue
    }
    if (line !== '') lines.push(line)
    // The font has no characters that are made of several, but for marks: those go with what they stand on.
    for (const [piece] of rest.matchAll(new RegExp(`(?:\\P{M}\\p{M}*|\\p{M}+){${widestCell}}(?=.)`, 'gsu'))) {
      lines.push(piece)
      rest = rest.slice(piece.length)
    }
    line = rest
  }
  return [...lines, line]
}

function rect(x: number, y: number, wide: number, high: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${wide}" height="${high}" fill="${fill}"/>`
}

function text(x: number, y: number, anchor: string, words: string): string {
  return words === '' ? '' : `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
