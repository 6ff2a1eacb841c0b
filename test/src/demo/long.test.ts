import * as fc from 'fast-check'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { longMarkdown } from '../../../src/demo/long.ts'

test('has exactly the size that was asked for, and no blank at its ends', () => {
  fc.assert(
    fc.property(fc.nat(20_000), (bytes) => {
      const text = longMarkdown(bytes)
      expect(Buffer.byteLength(text)).toBe(bytes)
      expect(text).toBe(text.trim())
    }),
  )
})

test('is the same every time', () => expect(longMarkdown(200 * 1024)).toBe(longMarkdown(200 * 1024)))

test('holds what a splitter has to get right', () => {
  const tree = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .parse(longMarkdown(40 * 1024))
  const kinds = new Set(tree.children.map((node) => node.type))
  expect(kinds).toEqual(new Set(['heading', 'paragraph', 'list', 'code', 'table', 'blockquote']))
  const languages = tree.children.flatMap((node) => (node.type === 'code' ? [node.lang] : []))
  expect(new Set(languages)).toEqual(new Set(['ts', 'python', 'bash', 'json', 'markdown']))
})
