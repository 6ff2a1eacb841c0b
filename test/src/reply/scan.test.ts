import * as fc from 'fast-check'
import type { Nodes } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { type Block, scan } from '../../../src/reply/markdown/scan.ts'
import { wellFormedEnded } from './arbitrary.ts'

const processor = unified().use(remarkParse).use(remarkGfm)
const kinds: Partial<Record<Nodes['type'], Block['kind']>> = {
  paragraph: 'paragraph',
  heading: 'heading',
  thematicBreak: 'rule',
  code: 'fence',
  table: 'table',
}

test.each([
  ['of any text', { numRuns: 150 }],
  // Items that begin with a rule, which once came out as rules with indented code below.
  ['of seed 571381366', { seed: 571_381_366, path: '10', numRuns: 1 }],
  ['of seed 141535434', { seed: 141_535_434, path: '73', numRuns: 1 }],
])('finds the blocks that remark finds, %s', (_, which) => {
  fc.assert(
    fc.property(wellFormedEnded, (markdown) => {
      expect(found(markdown)).toEqual(byRemark(processor.parse(markdown), scan(markdown).length))
    }),
    { ...which, endOnFailure: true },
  )
})

test('lines cover the text without a gap', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('\r', '\n', '\r\n', 'a', ' ', '\t', '>', '-', '`') }),
      (text) => {
        const lines = scan(text)
        expect(lines.map(({ start, next }) => text.slice(start, next)).join('')).toBe(text)
      },
    ),
  )
})

test('ten thousand nested quotes are read without overflowing the stack', () => {
  expect(scan(`${'>'.repeat(10_000)} a`)).toHaveLength(1)
})

/** `<kind> <first line>-<last line>` of each leaf block. */
function found(markdown: string): string[] {
  const blocks = new Map<Block, [number, number]>()
  for (const [index, { block }] of scan(markdown).entries()) {
    if (block !== undefined) blocks.set(block, [blocks.get(block)?.[0] ?? index + 1, index + 1])
  }
  return [...blocks].map(([{ kind }, [first, last]]) => `${kind} ${first}-${last}`)
}

function byRemark(node: Nodes, lines: number): string[] {
  const kind = kinds[node.type]
  const { position } = node
  // remark counts an empty line after the last line ending.
  if (kind !== undefined && position !== undefined) {
    return [`${kind} ${position.start.line}-${Math.min(position.end.line, lines)}`]
  }
  return 'children' in node ? node.children.flatMap((child) => byRemark(child, lines)) : []
}
