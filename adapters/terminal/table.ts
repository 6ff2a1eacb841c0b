/** A GFM table as aligned columns, by display width. Cells too wide for the terminal are wrapped. */
import { inline } from './inline.ts'
import { bold, dim, plain, run, type Run } from './style.ts'
import { runsWidth, wrap } from './width.ts'

type Align = 'left' | 'right' | 'center'

const delimiter = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/
const gap = 3

/** Whether this line, below a header, makes a table of it. */
export function isDelimiterRow(line: string, header: string): boolean {
  return line.includes('-') && delimiter.test(line) && cells(line).length === cells(header).length
}

/** Source lines (header, delimiter row, rows) to styled lines of at most `columns`. */
export function table(source: readonly string[], columns: number, marks: boolean): Run[][] {
  const [header = '', delimiters = '', ...rows] = source
  // Rows may have more cells than the header: shown, though the standard drops them.
  const count = source.reduce((most, row) => Math.max(most, cells(row).length), 1)
  const given = cells(delimiters).map(alignOf)
  const aligns = Array.from({ length: count }, (_, column) => given[column] ?? 'left')
  const head = cells(header).map((cell) => inline(cell, bold, marks))
  const body = rows.map((row) => {
    const parsed = cells(row).map((cell) => inline(cell, plain, marks))
    return aligns.map((_, column) => parsed[column] ?? [])
  })
  const widths = fit(naturalWidths([head, ...body], count), columns - gap * (count - 1))
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join('─┼─')
  return [
    ...layRow(head, widths, aligns),
    [run(rule, dim)],
    ...body.flatMap((row) => layRow(row, widths, aligns)),
  ]
}

/** Splits a row at its unescaped bars. */
function cells(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'))
}

function alignOf(cell: string): Align {
  if (!cell.endsWith(':')) return 'left'
  return cell.startsWith(':') ? 'center' : 'right'
}

function naturalWidths(rows: readonly Run[][][], count: number): number[] {
  return Array.from({ length: count }, (_, column) =>
    rows.reduce((most, row) => Math.max(most, runsWidth(row[column] ?? [])), 1),
  )
}

/** Takes from the widest columns until all fit, leaving each at least three columns. */
function fit(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths]
  let excess = fitted.reduce((sum, columnWidth) => sum + columnWidth, 0) - columns
  while (excess > 0) {
    const widest = Math.max(...fitted)
    if (widest <= 3) break
    fitted[fitted.indexOf(widest)] = widest - 1
    excess--
  }
  return fitted
}

function layRow(row: readonly Run[][], widths: readonly number[], aligns: readonly Align[]): Run[][] {
  const wrapped = widths.map((columnWidth, column) => wrap(row[column] ?? [], columnWidth))
  const height = Math.max(...wrapped.map((lines) => lines.length))
  return Array.from({ length: height }, (_, index) =>
    widths.flatMap((columnWidth, column) => {
      const cell = pad(wrapped[column]?.[index] ?? [], columnWidth, aligns[column] ?? 'left')
      return column === 0 ? cell : [run(' │ ', dim), ...cell]
    }),
  )
}

function pad(cell: readonly Run[], columns: number, align: Align): Run[] {
  const missing = Math.max(columns - runsWidth(cell), 0)
  const before = align === 'left' ? 0 : align === 'right' ? missing : Math.floor(missing / 2)
  return [run(' '.repeat(before)), ...cell, run(' '.repeat(missing - before))]
}
