/** Tables of Markdown as aligned code, for where Slack shows none as tables. Pure. */

const delimiter = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/
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
      shown.push(...aligned(table))
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
  if (!head.includes('|') || !under.includes('-') || !delimiter.test(under)) return []
  const columns = cellsOf(head)
  if (columns.length !== cellsOf(under).length) return []
  const end = lines.findIndex((line, index) => index > 1 && !line.includes('|'))
  const [first, , ...rows] = lines.splice(0, end === -1 ? lines.length : end)
  return [first ?? '', ...rows].map((row) => {
    const cells = cellsOf(row)
    return columns.map((_, index) => cells[index] ?? '')
  })
}

function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function aligned([head = [], ...rows]: readonly string[][]): string[] {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => widthOf(row[column] ?? ''))),
  )
  const written = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join(' | ')
      .trimEnd()
  const lines = [written(head), widths.map((width) => '-'.repeat(width)).join('-+-'), ...rows.map(written)]
  const longest = Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length))
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  return [ticks, ...lines, ticks]
}

/** Columns of a terminal: what Chinese is written in takes two. */
function widthOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0)
}
