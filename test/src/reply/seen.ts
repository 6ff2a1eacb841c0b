/** What a reader sees of Markdown: to compare a text with the chunks that it was cut into. */
import type { Nodes, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import type { Piece } from '../../../src/reply/split.ts'

const processor = unified().use(remarkParse).use(remarkGfm)

export function parse(markdown: string): Root {
  return processor.parse(markdown)
}

/** Words, code, addresses and cells in order, without the white space, which cuts may take. */
export function seen(markdown: string): string {
  return seenOf(parse(markdown))
}

/** The same of chunks, one after the other; a table's head that only repeats an earlier chunk's is left out. */
export function seenTogether(pieces: readonly Piece[]): string {
  return pieces
    .map(({ source, text }) => {
      const root = parse(text)
      const repeated = firstLine(text) === firstLine(source) ? '' : headOf(root)
      return seenOf(root).slice(repeated.length)
    })
    .join('')
}

/** Without its indentation and quote marks. */
function firstLine(text: string): string {
  return text.replace(/^[\s>]+/, '').split(/[\r\n]/, 1)[0] ?? ''
}

/** What is seen of the head of the table that comes first, if one does. */
function headOf(node: Nodes): string {
  if (node.type === 'table') return node.children.slice(0, 1).map(seenOf).join('')
  const [first] = 'children' in node ? node.children : []
  return first === undefined ? '' : headOf(first)
}

function seenOf(node: Nodes): string {
  if (node.type === 'link' || node.type === 'image') {
    const label = node.type === 'image' ? (node.alt ?? '') : node.children.map(seenOf).join('')
    return `[${node.url} ${label}]`.replaceAll(/\s/g, '')
  }
  if ('value' in node) return node.value.replaceAll(/\s/g, '')
  return 'children' in node ? node.children.map(seenOf).join('') : ''
}
