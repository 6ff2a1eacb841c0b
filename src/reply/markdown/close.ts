/** Makes the beginning of a Markdown text, as it comes while it is being written, well-formed. Pure. */
import type { Container } from './containers.ts'
import { type Cut, sourceOf } from './cuts.ts'
import { render } from './piece.ts'
import { type Line, scan } from './scan.ts'
import type { Measure } from '../split.ts'

const ellipsis = '…\n\n'

/** Closes the fence, the inline code or the emphasis that is open at the end. */
export function closeOpen(markdown: string): string {
  const lines = scan(markdown)
  const block = lines.at(-1)?.block
  if (block === undefined) return markdown
  if (block.fence !== undefined && block.closed === undefined) {
    const { marker, indent } = block.fence
    const ending = /[\r\n]$/.test(markdown) ? '' : '\n'
    return `${markdown}${ending}${prefix(block.stack)}${' '.repeat(indent)}${marker}`
  }
  if (block.kind !== 'paragraph' && block.kind !== 'heading') return markdown
  const closers = openMarkers(proseOf(markdown, lines.slice(block.first)))
  return closers === '' ? markdown : markdown.trimEnd() + closers
}

/** The whole, well-formed, or as much of its end as measures at most `limit`, after an ellipsis. */
export function latest(markdown: string, limit: number, measure: Measure): string {
  const whole = closeOpen(markdown)
  if (measure(whole) <= limit) return whole
  const source = sourceOf(markdown)
  const end = source.cuts.at(-1)
  const shown = (from: Cut): string =>
    end === undefined ? '' : ellipsis + closeOpen(render(source, from, end))
  let low = 0
  let high = source.cuts.length - 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const cut = source.cuts[middle]
    if (cut !== undefined && measure(shown(cut)) <= limit) high = middle
    else low = middle + 1
  }
  const cut = source.cuts[low]
  return cut === undefined || cut === end ? lastWords(markdown, limit, measure) : shown(cut)
}

/** For a last line that alone is too long. */
function lastWords(markdown: string, limit: number, measure: Measure): string {
  for (let length = Math.min(limit, markdown.length); length > 1; length = Math.floor(length * 0.8)) {
    const words = markdown.slice(-length).replace(/^\S*\s+/, '')
    const text = ellipsis + words.replace(/^[\udc00-\udfff]/, '')
    if (measure(text) <= limit) return text
  }
  return ellipsis.trim()
}

function prefix(stack: readonly Container[]): string {
  return stack.map(({ type, width }) => (type === 'quote' ? '> ' : ' '.repeat(width))).join('')
}

function proseOf(markdown: string, lines: readonly Line[]): string {
  return lines.map((line) => markdown.slice(line.content, line.next)).join('')
}

/** What closes the code and emphasis that are open at the end of a paragraph. Roughly: it is shown for a second. */
function openMarkers(prose: string): string {
  const text = prose.trimEnd()
  const open: { mark: string; count: number }[] = []
  const runs = /\\.|`+|[*_]+|~~/gs
  for (let found = runs.exec(text); found !== null; found = runs.exec(text)) {
    const [run] = found
    const mark = run.charAt(0)
    if (mark === '\\') continue
    if (mark === '`') {
      const end = closingRun(text, runs.lastIndex, run.length)
      if (end === undefined) return run + closers(open)
      runs.lastIndex = end
    } else emphasis(open, mark, run.length, text.charAt(found.index - 1), text.charAt(runs.lastIndex))
  }
  return closers(open)
}

function closingRun(text: string, from: number, length: number): number | undefined {
  const runs = /`+/g
  runs.lastIndex = from
  for (let found = runs.exec(text); found !== null; found = runs.exec(text)) {
    if (found[0].length === length) return runs.lastIndex
  }
  return undefined
}

function emphasis(
  open: { mark: string; count: number }[],
  mark: string,
  length: number,
  before: string,
  after: string,
): void {
  const intraword = mark === '_' && /\w/.test(before) && /\w/.test(after)
  if (intraword) return
  let left = length
  for (let last = open.at(-1); /\S/.test(before) && left > 0 && last?.mark === mark; last = open.at(-1)) {
    const closed = Math.min(left, last.count)
    left -= closed
    last.count -= closed
    if (last.count === 0) open.pop()
  }
  if (left > 0 && /\S/.test(after)) open.push({ mark, count: left })
}

function closers(open: readonly { mark: string; count: number }[]): string {
  return open
    .toReversed()
    .map(({ mark, count }) => mark.repeat(count))
    .join('')
}
