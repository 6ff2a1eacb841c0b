/** Tables of Markdown as aligned code, for where Slack shows none as tables. Pure. */

/** Of one that is aligned: a few wide cells, or many columns, would make it as large as memory. */
const mostAligned = 100_000
const fence = /^\s{0,3}(`{3,}|~{3,})/
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uFF01-\uFF60]/u

/** The same where there is no table. */
export function tablesAsCode(markdown: string): string {
  const lines = markdown.split('\n')
  const shown: string[] = []
  let fenced = ''
  while (lines.length > 0) {
    const table = fenced === '' ? takeTable(lines) : []
    if (table.length > 0) {
      for (const row of aligned(table)) shown.push(row)
      continue
    }
    const line = lines.shift() ?? ''
    const mark = fence.exec(line)?.[1] ?? ''
    if (fenced === '') fenced = mark
    else if (mark.startsWith(fenced)) fenced = ''
    shown.push(line)
  }
  return shown.join('\n')
}

/** Takes the table that the lines begin with off the front: its rows, without the line under the head. */
function takeTable(lines: string[]): string[][] {
  const [head = '', under = ''] = lines
  if (!head.includes('|') || !under.includes('-') || !isDelimiter(under)) return []
  const columns = cellsOf(head)
  if (columns.length !== cellsOf(under).length) return []
  const end = lines.findIndex((line, index) => index > 1 && !line.includes('|'))
  const [first, , ...rows] = lines.splice(0, end === -1 ? lines.length : end)
  // Each row has all columns: of many by many there would be more than memory holds.
  const isLarge = columns.length * rows.length > mostAligned
  return [first ?? '', ...rows].map((row) => {
    const cells = cellsOf(row)
    if (isLarge) return cells
    return columns.map((_, index) => cells[index] ?? '')
  })
}

function isDelimiter(line: string): boolean {
  return cellsOf(line).every((cell) => /^:?-+:?$/.test(cell))
}

function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function aligned([head = [], ...rows]: readonly string[][]): string[] {
  const table = [head, ...rows]
  const isLarge = head.length * table.length > mostAligned
  const widths = (isLarge ? [] : head).map((_, column) =>
    table.reduce((widest, row) => Math.max(widest, widthOf(row[column] ?? '')), 0),
  )
  const isAligned =
    !isLarge && widths.reduce((sum, width) => sum + width + 3, 0) * table.length <= mostAligned
  const written = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isAligned ? cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)) : cell))
      .join(' | ')
      .trimEnd()
  const under = widths.map((width) => '-'.repeat(isAligned ? width : 3)).join('-+-')
  const lines = [written(head), under, ...rows.map(written)]
  const longest = lines.reduce((most, line) => Math.max(most, ticksIn(line)), 0)
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  return [ticks, ...lines, ticks]
}

/** The longest run of backticks. */
function ticksIn(line: string): number {
  return (line.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0)
}

/** Columns of a terminal: what Chinese is written in takes two. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0)
}
