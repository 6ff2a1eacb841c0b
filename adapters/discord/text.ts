/** Markdown as Discord shows it, which is not all of GFM. Pure. */
import { tableAsCode, tableAt } from './table.ts'

/** A stretch of a text as Discord shows it, or a table as it was written, which it does not show. */
export type Stretch = { readonly text: string } | { readonly table: readonly string[] }

const fence = /^( {0,3}|[ \t]*(?:[-*+]|\d+[.)])[ \t]+|[ \t]+)(`{3,}|~{3,})/

const quoteMark = /^ {0,3}> ?/
/** Quotes in quotes; what is deeper is left as it is. */
const deepestQuote = 3

/** The same to the eye, as near as Discord gets. What stands in code is left as it is. */
export function discordMarkdown(markdown: string): string {
  return joined(stretchesOf(markdown))
}

function joined(stretches: readonly Stretch[]): string {
  return stretches
    .map((stretch) => ('text' in stretch ? stretch.text : tableAsCode(stretch.table)))
    .join('\n')
}

/** The same, tables apart. Joined by line breaks they are the whole. */
export function stretchesOf(markdown: string): Stretch[] {
  return stretched(markdown.toWellFormed().split('\n'), 0)
}

function stretched(lines: readonly string[], depth: number): Stretch[] {
  const stretches: Stretch[] = []
  let out: string[] = []
  const end = (): void => {
    if (out.length > 0) stretches.push({ text: out.join('\n') })
    out = []
  }
  let open: string | undefined
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (open !== undefined) {
      const ends = closes(line, open)
      out.push(ends ? line.replace(/[`~]{3,}/, '```') : line)
      if (ends) open = undefined
      continue
    }
    const mark = fence.exec(line)?.[2]
    if (
      mark !== undefined &&
      !(mark.startsWith('`') && line.slice(line.indexOf(mark) + mark.length).includes('`'))
    ) {
      open = mark
      // Discord knows no other fence.
      out.push(line.replace(mark, '```'))
      continue
    }
    const block = blockAt(lines, at, depth)
    at += block.lines - 1
    if ('text' in block) {
      out.push(block.text)
      continue
    }
    end()
    stretches.push({ table: block.table })
  }
  end()
  return stretches
}

/** What begins at this line, outside code. */
function blockAt(lines: readonly string[], at: number, depth: number): Stretch & { readonly lines: number } {
  const line = lines[at] ?? ''
  const said = depth < deepestQuote ? quotedAt(lines, at) : 0
  if (said > 0) return { text: quote(lines.slice(at, at + said), depth), lines: said }
  const rows = tableAt(lines, at)
  if (rows > 0) return { table: lines.slice(at, at + rows), lines: rows }
  if (isTitle(line, lines[at + 1])) return { text: `# ${outsideCode(line.trim())}`, lines: 2 }
  return { text: outsideCode(line), lines: 1 }
}

/** How many lines from here on are quoted; 0: this one is not. */
function quotedAt(lines: readonly string[], start: number): number {
  let end = start
  while (quoteMark.test(lines[end] ?? '')) end += 1
  return end - start
}

/** What is quoted is Markdown of its own. Discord wants a space behind each sign, and quotes all the rest behind three signs without. */
function quote(lines: readonly string[], depth: number): string {
  const inner = lines.map((line) => line.replace(quoteMark, ''))
  return joined(stretched(inner, depth + 1))
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
}

/** Underlined by equal signs, which Discord does not know. */
function isTitle(line: string, below: string | undefined): boolean {
  return /^ {0,3}[^\s>#|*+-]/.test(line) && below !== undefined && /^ {0,3}=+[ \t]*$/.test(below)
}

function closes(line: string, open: string): boolean {
  const mark = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return mark !== undefined && mark[0] === open[0] && mark.length >= open.length
}

/** Changes what is not inline code. */
function outsideCode(line: string): string {
  let out = ''
  let from = 0
  const head = headed(line)
  for (const { start, end } of codeSpans(head)) {
    out += changed(head.slice(from, start)) + head.slice(start, end)
    from = end
  }
  return out + changed(head.slice(from))
}

/** A run of backticks and the next one of its length. Each is looked at once: what nobody closes must not be searched for by each. */
function codeSpans(text: string): { start: number; end: number }[] {
  const runs = Array.from(text.matchAll(/`+/g), ({ index, 0: { length } }) => ({ index, length }))
  const later = new Map<number, number>()
  const closing = runs.map(() => -1)
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const { index = 0, length = 0 } = runs[at] ?? {}
    closing[at] = later.get(length) ?? -1
    later.set(length, index)
  }
  const spans: { start: number; end: number }[] = []
  for (const [at, { index, length }] of runs.entries()) {
    const close = closing[at] ?? -1
    if (close === -1 || index < (spans.at(-1)?.end ?? 0)) continue
    spans.push({ start: index, end: close + length })
  }
  return spans
}

/** Discord has three levels of headings, and no task lists or rules. */
function headed(line: string): string {
  return line
    .replace(
      /^ {0,3}#{4,6}[ \t]+(.*)$/s,
      (_, words: string) => `**${withoutClosing(words).replaceAll('**', '')}**`,
    )
    .replace(/^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[ ]\][ \t]/, '$1☐ ')
    .replace(/^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[xX]\][ \t]/, '$1☑ ')
    .replace(/^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/, '⸻')
}

/** A heading may end with marks as it began. */
function withoutClosing(heading: string): string {
  const words = heading.trimEnd()
  let end = words.length
  while (words[end - 1] === '#') end -= 1
  const before = words.slice(0, end)
  return /^$|[ \t]$/.test(before) ? before.trimEnd() : words
}

/** A picture. Nothing in it begins another one: what is left open is read once, not once by each. */
const image = /!\[((?:[^\]!]|!(?!\[))*)\]\((<?https?:\/\/(?:[^\s)!]|!(?!\[))+)\)/g

function changed(text: string): string {
  return (
    boldForUnderlined(text)
      // Two bars that stand by themselves are an operator; those that hug words are meant to hide them.
      .replaceAll(/(?<=^|\s)\|\|(?=\s|$)/g, '\\|\\|')
      .replaceAll(image, (_, alt: string, url: string) => (alt === '' ? url : `[${alt}](${url})`))
      .replaceAll(/<br[ ]*\/?>/gi, '\n')
      .replace(/\\$/, '')
  )
}

/** What is an underline here is bold everywhere else. Where nothing closes one, nothing closes a later one. */
function boldForUnderlined(text: string): string {
  const opening = /(?<![\w\\_])__(?=[^\s_])/g
  const closing = /(?<=[^\s_\\])__(?![\w_])/g
  let out = ''
  let from = 0
  for (let begin = opening.exec(text); begin !== null; begin = opening.exec(text)) {
    closing.lastIndex = begin.index + 3
    const end = closing.exec(text)
    if (end === null) break
    out += `${text.slice(from, begin.index)}**${text.slice(begin.index + 2, end.index)}**`
    from = end.index + 2
    opening.lastIndex = from
  }
  return out + text.slice(from)
}

/** One line in which nothing is markup. */
export function escaped(text: string): string {
  return text.toWellFormed().replaceAll(/[\\`*_~|<>[\]()#@]/g, '\\$&')
}

/** One line for a field that holds so many characters; never empty, for Discord refuses that. */
export function line(text: string, most: number): string {
  return cut(text.toWellFormed().replaceAll(/\s+/g, ' ').trim(), most) || '…'
}

/** At most so many UTF-16 units, with a sign where something is missing. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
