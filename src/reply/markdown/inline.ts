/** What stands inside a paragraph: where it may be cut, and which emphasis is open there. */
import type { Nodes } from 'mdast'

/** A stretch of source in which cuts are allowed. What lies between two spans is cut only when all else fails. */
export interface Span {
  readonly start: number
  readonly end: number
  /** Markers of the emphasis and code around it, outermost first: closed before a cut and opened again after it. */
  readonly open: readonly string[]
  /** False where a cut at `start` (`end`) would leave empty emphasis behind. */
  readonly atStart: boolean
  readonly atEnd: boolean
}

/** Finds the spans of one paragraph's source, in order. */
export type FindSpans = (source: string) => Span[]

/** Above so many markers remark's time grows with their square: such text is taken for plain. */
const mostMarkers = 1000
/** Longer paragraphs are taken for plain: parsing them would hold up everybody else. */
const longest = 65_536
/** Characters that one parse takes; emphasis across such a border is taken for plain text. */
const stretch = 8192
/** What remark needs not be asked about. */
const plain = /^[^*_~`[\]<&\\!@]*$/
const address = /https?:|www\./
const atom = /&(?:#\d+|#x[\da-f]+|\w+);|\\[!-/:-@[-`{-~]|\\$|\\(?=[\r\n])/gi

/** Loads remark, which takes 100 ms, once. */
export async function loadFindSpans(): Promise<FindSpans> {
  const [{ unified }, { default: remarkParse }, { default: remarkGfm }] = await Promise.all([
    import('unified'),
    import('remark-parse'),
    import('remark-gfm'),
  ])
  const processor = unified().use(remarkParse).use(remarkGfm)
  return (source) => {
    if (source.length > longest) return [plainSpan(0, source.length)]
    return stretches(source).flatMap(({ start, text }) => spansOf(text, start, (md) => processor.parse(md)))
  }
}

/** The whole as one span, for text in which Markdown means nothing. */
export function plainSpan(start: number, end: number): Span {
  return { start, end, open: [], atStart: true, atEnd: true }
}

function spansOf(text: string, start: number, parse: (markdown: string) => Nodes): Span[] {
  const end = start + text.length
  if (plain.test(text) && !address.test(text)) return [plainSpan(start, end)]
  if ((text.match(/[*_~`[\]<]/g)?.length ?? 0) > mostMarkers) return [plainSpan(start, end)]
  const spans: Span[] = []
  collect(parse(text), text, [], { first: false, last: false }, spans)
  // A stretch from the midst of a paragraph may look like another block.
  if (spans.length === 0) return [plainSpan(start, end)]
  return spans.map((span) => ({ ...span, start: span.start + start, end: span.end + start }))
}

function stretches(source: string): { start: number; text: string }[] {
  const parts: { start: number; text: string }[] = []
  let start = 0
  while (start < source.length) {
    const space = source.length - start > stretch ? source.lastIndexOf(' ', start + stretch) : source.length
    const end = space > start ? Math.min(space + 1, source.length) : Math.min(start + stretch, source.length)
    parts.push({ start, text: source.slice(start, end) })
    start = end
  }
  return parts
}

interface Edge {
  readonly first: boolean
  readonly last: boolean
}

function collect(node: Nodes, source: string, open: readonly string[], edge: Edge, spans: Span[]): void {
  const start = node.position?.start.offset
  const end = node.position?.end.offset
  if (start === undefined || end === undefined) return
  if (node.type === 'text') textSpans(source, start, end, open, edge, spans)
  else if (node.type === 'inlineCode') codeSpan(source, start, end, open, spans)
  else if (node.type === 'break') {
    if (source.startsWith(' ', start)) spans.push({ start: end, end, open, atStart: true, atEnd: true })
  } else if (node.type === 'strong' || node.type === 'emphasis' || node.type === 'delete') {
    const inner = node.children[0]?.position?.start.offset ?? end
    children(node.children, source, [...open, source.slice(start, inner)], true, spans)
  } else if (node.type === 'root' || node.type === 'paragraph' || node.type === 'heading') {
    children(node.children, source, open, false, spans)
  }
}

function children(
  nodes: readonly Nodes[],
  source: string,
  open: readonly string[],
  inside: boolean,
  spans: Span[],
): void {
  for (const [index, child] of nodes.entries()) {
    const edge = { first: inside && index === 0, last: inside && index === nodes.length - 1 }
    collect(child, source, open, edge, spans)
  }
}

/** A text node, without the escapes and character references in it. */
function textSpans(
  source: string,
  start: number,
  end: number,
  open: readonly string[],
  edge: Edge,
  spans: Span[],
): void {
  let from = start
  for (const found of source.slice(start, end).matchAll(atom)) {
    const at = start + found.index
    spans.push({
      start: from,
      end: at,
      open,
      atStart: from > start || !edge.first,
      atEnd: at > start || !edge.first,
    })
    from = at + found[0].length
  }
  spans.push({ start: from, end, open, atStart: from > start || !edge.first, atEnd: !edge.last })
}

function codeSpan(source: string, start: number, end: number, open: readonly string[], spans: Span[]): void {
  const [, run = '', code = ''] = /^(`+)\s*(.*?)\s*`+$/s.exec(source.slice(start, end)) ?? []
  // Three backticks at the start of a chunk would open a fence; one within the code could meet those at its edge.
  if (run.length > 2 || code.includes('`')) return
  const from = source.indexOf(code, start + run.length)
  const marks = [...open, run]
  spans.push({ start: from, end: from + code.length, open: marks, atStart: false, atEnd: false })
}
