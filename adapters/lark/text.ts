/** Markdown as Feishu takes it. Pure. */

/**
 * A `<`, however it is written, that Feishu would take for a tag of its own: one that pings people, or shows
 * what was not written.
 */
const tags = [
  'at',
  'person',
  'audio',
  'button',
  'font',
  'link',
  'text_tag',
  'number_tag',
  'local_datetime',
  'record',
  'raw',
]
const control = new RegExp(String.raw`(<|&lt;|&#0*60;|&#x0*3c;)(?=\s*(?:/\s*)?(?:${tags.join('|')})\b)`, 'gi')
const wordJoiner = '\u2060'
/** Where a picture is, behind its label, as that mostly stands in Markdown. */
const target = /\(<?([^()<>\s]+)(?:[<>\s][^()]*)?\)/y
/** Feishu's keys of pictures, by what a text calls them. */
export type PictureKeys = ReadonlyMap<string, string>
const none: PictureKeys = new Map()
/** What stands under the head of a table. */
export const delimiterRow = /^ {0,3}\|?[ :]*-[ :-]*\|[ |:-]*$/m
const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/s

/** Markdown that pings nobody: the same to the eye. Everything that Claude or a user wrote passes through here. */
export function harmless(markdown: string): string {
  return markdown.toWellFormed().replaceAll(control, `$1${wordJoiner}`)
}

/** One line for a field that holds so many characters; never empty, for Feishu refuses that. */
export function line(text: string, most: number): string {
  return cut(harmless(text).replaceAll(/\s+/g, ' ').trim(), most) || '…'
}

/** At most so many UTF-16 units, with a sign where something is missing. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A run of lines that are one thing to Feishu. */
export interface Block {
  readonly kind: 'text' | 'table'
  readonly lines: readonly string[]
}

/**
 * Markdown as text and tables; what joins the lines of all blocks gives it back, but for images: those that have a key
 * are shown by it, others become links.
 */
export function blocksOf(markdown: string, pictures: PictureKeys = none): Block[] {
  const blocks: { kind: Block['kind']; lines: string[] }[] = []
  const add = (kind: Block['kind'], text: string): void => {
    const last = blocks.at(-1)
    if (last?.kind === kind && kind === 'text') last.lines.push(text)
    else blocks.push({ kind, lines: [text] })
  }
  const lines = harmless(markdown).split('\n')
  let open: string | undefined
  for (let index = 0; index < lines.length; index += 1) {
    const text = lines[index] ?? ''
    const wasOpen = open
    open = fenceAfter(text, open)
    if (wasOpen !== undefined || open !== undefined) add('text', text)
    else if (isTable(text, lines[index + 1])) {
      add('table', text)
      for (const row of rowsAfter(lines, index)) {
        blocks.at(-1)?.lines.push(row)
        index += 1
      }
    } else add('text', pictured(text, pictures))
  }
  return blocks
}

/** Headings as bold lines, for what knows no headings; code stays as it is. */
export function withoutHeadings(markdown: string): string {
  let open: string | undefined
  const lines = markdown.split('\n').map((text) => {
    const wasOpen = open
    open = fenceAfter(text, open)
    const [, heading = ''] = /^ {0,3}#{1,6}[ \t]+(.*)$/s.exec(text) ?? []
    const words = withoutClosing(heading)
    if (wasOpen !== undefined || open !== undefined || words === '') return text
    return `**${words.replaceAll('**', '')}**`
  })
  return lines.join('\n')
}

/** A heading may end with marks as it began. */
function withoutClosing(heading: string): string {
  const words = heading.trimEnd()
  let end = words.length
  while (words[end - 1] === '#') end -= 1
  const before = words.slice(0, end)
  return /[ \t]$/.test(before) ? before.trimEnd() : words
}

/** From one end of a label to the next: what many begin and nobody ends is read once, not once for each. */
function pictured(text: string, pictures: PictureKeys): string {
  let out = ''
  let from = 0
  let begin = text.indexOf('![')
  for (let end = text.indexOf(']'); end !== -1 && begin !== -1; end = text.indexOf(']', end + 1)) {
    if (begin > end) continue
    if (text[end + 1] === '(') {
      target.lastIndex = end + 1
      const [where = '', src = ''] = target.exec(text) ?? []
      const key = pictures.get(src)
      out += text.slice(from, begin) + (key === undefined ? '' : '!') + text.slice(begin + 1, end + 1)
      out += key === undefined ? where : `(${key})`
      from = end + 1 + where.length
    }
    begin = text.indexOf('![', Math.max(end, from))
  }
  return out + text.slice(from)
}

/** The fence that is open after this line. */
export function fenceAfter(text: string, open: string | undefined): string | undefined {
  const [, marks = '', info = ''] = fence.exec(text) ?? []
  if (marks === '') return open
  if (open === undefined) return marks.startsWith('`') && info.includes('`') ? undefined : marks
  return marks.startsWith(open) && info.trim() === '' ? undefined : open
}

function isTable(head: string, delimiter: string | undefined): boolean {
  if (delimiter === undefined || !head.includes('|') || /^(\t| {4})/.test(head)) return false
  return delimiterRow.test(delimiter) && cellsOf(head).length === cellsOf(delimiter).length
}

/** The delimiter and the rows of the table whose head is at `index`. */
function rowsAfter(lines: readonly string[], index: number): string[] {
  const after = lines.slice(index + 1)
  const end = after.findIndex((text, row) => row > 0 && (!text.includes('|') || text.trim() === ''))
  return end === -1 ? after : after.slice(0, end)
}

export function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}
