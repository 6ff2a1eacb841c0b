/** What stands between two cuts, made to stand alone: fences, tables and emphasis closed and opened again. Pure. */
import type { Container } from './containers.ts'
import type { Cut, Source } from './cuts.ts'
import type { Line } from './scan.ts'

/** The Markdown between two cuts; empty where there is nothing but white space. */
export function render(source: Source, from: Cut, to: Cut): string {
  const { inside, left } = context(source, from)
  const body = bodyOf(source, from, to, left)
  const text =
    from.inline && !inFence(source, from) ? body.trimStart() : body.replace(/^(?:[ \t]*(?:\r\n|\n|\r))+/, '')
  if (text.trim() === '') return ''
  return headOf(source, from, inside) + text.trimEnd() + tailOf(source, from, to, left)
}

/** The containers that the text after a cut is in, and those list items among them that are not shown as such. */
function context(source: Source, from: Cut): { inside: readonly Container[]; left: ReadonlySet<Container> } {
  const line = source.lines[from.line]
  const inside = line === undefined ? [] : from.inline ? line.stack : line.stack.slice(0, line.matched)
  return { inside, left: new Set(inside.filter(({ type }) => type === 'item')) }
}

/**
 * The source itself, less the indentation of list items that began in an earlier chunk: left as it is, deep
 * indentation would turn their text into code.
 */
function bodyOf({ markdown, lines }: Source, from: Cut, to: Cut, left: ReadonlySet<Container>): string {
  let body = ''
  let start = from.offset
  let index = from.line
  const first = lines[index]
  if (from.inline && first !== undefined) {
    const next = Math.min(first.next, to.offset)
    body = markdown.slice(Math.min(Math.max(start, first.content), next), next)
    start = next
    index += 1
  }
  let depth = left.size
  for (; start < to.offset && depth > 0; index += 1) {
    const line = lines[index]
    if (line === undefined) break
    const still = line.stack.filter((container) => left.has(container)).length
    const matched = line.stack.slice(0, line.matched)
    // Without the item around it, the text above would swallow what comes after the item.
    if (still < depth && body.trim() !== '') body += `${prefix(matched, left).trimEnd()}\n`
    depth = still
    if (still === 0) break
    body += dedent(markdown, line, matched, left, to.offset)
    start = Math.min(line.next, to.offset)
  }
  return body + markdown.slice(start, to.offset)
}

function dedent(
  markdown: string,
  line: Line,
  matched: readonly Container[],
  left: ReadonlySet<Container>,
  until: number,
): string {
  const rest = markdown.slice(line.tab > 0 ? line.inner + 1 : line.inner, Math.min(line.next, until))
  return prefix(matched, left) + ' '.repeat(line.tab) + rest
}

/** What lines begin with in these containers. */
function prefix(stack: readonly Container[], left: ReadonlySet<Container>): string {
  return stack
    .filter((container) => !left.has(container))
    .map(({ type, width }) => (type === 'quote' ? '> ' : ' '.repeat(width)))
    .join('')
}

function headOf(source: Source, from: Cut, inside: readonly Container[]): string {
  const { markdown, lines } = source
  const quotes = inside.map(({ type }) => (type === 'quote' ? '> ' : '')).join('')
  const line = lines[from.line]
  const block = line?.block
  if (line === undefined || block === undefined) return ''
  const own = from.inline ? quotes + from.open.join('') : ''
  if (from.raw) return own
  if (block.fence !== undefined && inFence(source, from)) {
    const { indent, marker, info } = block.fence
    return `${quotes}${' '.repeat(indent)}${marker}${info}\n${own}`
  }
  if (block.kind === 'table' && from.line - block.first >= 2 && !from.inline) {
    const rows = lines.slice(block.first, block.first + 2)
    return rows.map((row) => `${quotes}${markdown.slice(row.content, row.end)}\n`).join('')
  }
  if (block.kind === 'heading' && from.inline) {
    const opening = lines[block.first]
    const hashes =
      opening === undefined ? null : /^\s*(#+)[ \t]/.exec(markdown.slice(opening.content, opening.end))
    return hashes === null ? own : `${quotes}${hashes[1]} ${from.open.join('')}`
  }
  return own
}

function tailOf(source: Source, from: Cut, to: Cut, left: ReadonlySet<Container>): string {
  if (to.raw) return ''
  const closers = to.open.toReversed().join('')
  const block = source.lines[to.line]?.block
  if (block?.fence === undefined || !inFence(source, to)) return closers
  // The chunk began without opening the fence: it must not close it.
  if (from.raw && source.lines[from.line]?.block === block) return closers
  const { indent, marker } = block.fence
  return `\n${prefix(block.stack, left)}${' '.repeat(indent)}${marker}`
}

/** True between a fence's opening and its closing line. */
function inFence({ lines }: Source, cut: Cut): boolean {
  const block = lines[cut.line]?.block
  if (block?.kind !== 'fence') return false
  return cut.line > block.first && cut.line !== block.closed
}
