/** Markdown as Discord shows it, which is not all of GFM. Pure. */
import { tableAsCode, tableAt } from './table.ts'

const fence = /^( {0,3}|[ \t]*(?:[-*+]|\d+[.)])[ \t]+|[ \t]+)(`{3,}|~{3,})/

/** The same to the eye, as near as Discord gets. What stands in code is left as it is. */
export function discordMarkdown(markdown: string): string {
  const lines = markdown.toWellFormed().split('\n')
  const out: string[] = []
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
    const rows = tableAt(lines, at)
    out.push(rows > 0 ? tableAsCode(lines.slice(at, at + rows)) : outsideCode(line))
    at += Math.max(0, rows - 1)
  }
  return out.join('\n')
}

function closes(line: string, open: string): boolean {
  const mark = /^[ \t>]*(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1]
  return mark !== undefined && mark[0] === open[0] && mark.length >= open.length
}

const codeSpan = /(`+)(?!`)[^]*?[^`]\1(?!`)/g

/** Changes what is not inline code. */
function outsideCode(line: string): string {
  let out = ''
  let from = 0
  const head = headed(line)
  for (const { index, 0: code } of head.matchAll(codeSpan)) {
    out += changed(head.slice(from, index)) + code
    from = index + code.length
  }
  return out + changed(head.slice(from))
}

/** Discord has three levels of headings, and no task lists or rules. */
function headed(line: string): string {
  return line
    .replace(/^ {0,3}#{4,6}[ \t]+(.*?)[ \t]*#*$/, (_, words: string) => `**${words.replaceAll('**', '')}**`)
    .replace(/^([ \t]*[-*+][ \t]+)\[[ ]\][ \t]/, '$1☐ ')
    .replace(/^([ \t]*[-*+][ \t]+)\[[xX]\][ \t]/, '$1☑ ')
    .replace(/^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/, '⸻')
}

function changed(text: string): string {
  return (
    text
      // What is an underline here is bold everywhere else.
      .replaceAll(/(?<![\w\\_])__(?=[^\s_])(.+?)(?<=[^\s_\\])__(?![\w_])/g, '**$1**')
      .replaceAll(/!\[([^\]]*)\]\((<?https?:\/\/[^\s)]+)\)/g, (_, alt: string, url: string) =>
        alt === '' ? url : `[${alt}](${url})`,
      )
      .replaceAll(/<br[ ]*\/?>/gi, '\n')
      .replace(/\\$/, '')
  )
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
