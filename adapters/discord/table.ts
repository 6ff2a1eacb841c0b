/** Tables, which Discord does not show, as code with aligned columns. Pure. */

/** Of one that is aligned: a few wide cells, or many columns, would make it as large as memory. */
const mostAligned = 50_000
export type Side = 'left' | 'right' | 'centre'

/** Its cells as plain text. */
export interface Table {
  readonly sides: readonly Side[]
  /** The head first. None has more cells than there are sides; some may have fewer. */
  readonly rows: readonly (readonly string[])[]
}

/** How many of the lines from `start` on are a table; 0: there is none. */
export function tableAt(lines: readonly string[], start: number): number {
  const [head, rule] = [lines[start], lines[start + 1]]
  if (head === undefined || rule === undefined || !head.includes('|') || !isDelimiter(rule)) return 0
  if (/^ {4}/.test(head) || cells(head).length !== cells(rule).length) return 0
  let end = start + 2
  while (end < lines.length && isRow(lines[end] ?? '')) end += 1
  return end - start
}

/** `lines`: as {@link tableAt} found them. */
export function tableIn(lines: readonly string[]): Table {
  const [head = '', rule = '', ...rows] = lines
  const sides = cells(rule).map(sideOf)
  return { sides, rows: [head, ...rows].map((line) => cells(line).slice(0, sides.length).map(plain)) }
}

export function tableAsCode(lines: readonly string[]): string {
  const { sides, rows: table } = tableIn(lines)
  if (sides.length * table.length > mostAligned) return asWritten(lines)
  const widths = sides.map((_, column) =>
    table.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), 3),
  )
  if (widths.reduce((sum, each) => sum + each + 2, 0) * table.length > mostAligned) return asWritten(lines)
  const shown = table.map((row) =>
    sides
      .map((side, column) => padded(row[column] ?? '', widths[column] ?? 0, side))
      .join('  ')
      .trimEnd(),
  )
  const line = widths.map((wide) => '─'.repeat(wide)).join('  ')
  return ['```', shown[0] ?? '', line, ...shown.slice(1), '```'].join('\n')
}

function isDelimiter(line: string): boolean {
  return /^ {0,3}[|:-]/.test(line) && cells(line).every((cell) => /^:?-+:?$/.test(cell))
}

function asWritten(lines: readonly string[]): string {
  return ['```', ...lines.map((line) => line.replaceAll('```', "'''")), '```'].join('\n')
}

function isRow(line: string): boolean {
  return line.trim() !== '' && !/^ {0,3}(```|~~~|#{1,6} |> )/.test(line)
}

function cells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim())
}

function sideOf(rule: string): Side {
  if (rule.startsWith(':') && rule.endsWith(':') && rule.length > 1) return 'centre'
  return rule.endsWith(':') ? 'right' : 'left'
}

/** In code, marks would show; a fence would end it. */
function plain(cell: string): string {
  return cell
    .replaceAll('\\|', '|')
    .replaceAll(/(\*\*|__|~~)(?=\S)(.+?)\1/g, '$2')
    .replaceAll(/(?<!`)`+([^`]+)`+/g, '$1')
    .replaceAll('```', "'''")
}

function padded(text: string, wide: number, side: Side): string {
  const gap = Math.max(0, wide - width(text))
  const before = side === 'right' ? gap : side === 'centre' ? gap >> 1 : 0
  return ' '.repeat(before) + text + ' '.repeat(gap - before)
}

const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns in a fixed font. */
export function width(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}
