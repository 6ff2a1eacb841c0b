/** Markdown as Feishu takes it. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { postContent } from '../../../adapters/lark/post.ts'
import { blocksOf, cellsOf, harmless, line, withoutHeadings } from '../../../adapters/lark/text.ts'
import { speechOf } from '../../../adapters/lark/words.ts'

const sequences = [
  '<at id=all></at>',
  "<at user_id='ou_1'>x</at>",
  '<AT id=all>',
  '< at id=all>',
  '</at>',
  '&lt;at id=all&gt;',
  '&#60;at id=all',
  '&#x3C;at id=all',
  "<person id='ou_1'></person>",
  "<font color='red'>x</font>",
  '<link url="https://evil">x</link>',
  '<text_tag color=red>x</text_tag>',
]

test('nothing that Claude writes pings anybody, or shows what was not written, wherever it stands', () => {
  const piece = fc.oneof(fc.constantFrom(...sequences), fc.string())
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(harmless(pieces.join(''))).not.toMatch(
        /(?:<|&lt;|&#0*60;|&#x0*3c;)\s*\/?\s*(?:at|person|font|link|text_tag)\b/i,
      )
    }),
  )
  for (const sequence of sequences) expect(harmless(sequence)).not.toBe(sequence)
})

test('without cards nothing pings anybody either, where a heading lost the marks that stood within a tag, too', () => {
  const words = speechOf(true)()
  const piece = fc.oneof(
    fc.constantFrom(...sequences, '# ', '\n', '<', '**', '**at user_id="all">', '</**at>', ' #', '|', '```'),
    fc.string(),
  )
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (markdown) => {
        const reply = { kind: 'text', key: 'k', markdown, tone: 'answer' } as const
        expect(postContent(reply, words, () => undefined).content).not.toMatch(
          /(?:<|&lt;|&#0*60;|&#x0*3c;)\s*\/?\s*(?:at|person|font|link|text_tag)\b/i,
        )
      },
    ),
    { examples: [['# <**at user_id="all"></**at> hi']] },
  )
})

test('other text stays as it is, also what looks a little like it', () => {
  for (const text of ['<!DOCTYPE html>', 'a < b', '<attribute>', '<div>', 'x <- at', '<fonts>', '<a>'])
    expect(harmless(text)).toBe(text)
})

test('harmless text never changes when it is made so again', () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...sequences), fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (whole) => {
      expect(harmless(harmless(whole))).toBe(harmless(whole))
    }),
  )
})

test('text falls into blocks that give it back, but for what is made harmless', () => {
  const lines = [
    'word',
    '',
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '```',
    '~~~ts',
    '![x](y)',
    '> | a |',
    '# h',
    '- |',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 30 }), (some) => {
      const text = some.join('\n')
      const given = blocksOf(text)
        .flatMap((block) => block.lines)
        .join('\n')
      expect(given.replaceAll('![', '[')).toBe(text.replaceAll('![', '['))
    }),
  )
})

function kinds(text: string): string {
  return blocksOf(text)
    .map(({ kind }) => kind)
    .join(' ')
}

test('tables are told from what only looks like one', () => {
  expect(kinds('a\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\nb')).toBe('text table text')
  expect(kinds('a | b\n--- | ---\n1 | 2\nb')).toBe('table text')
  expect(kinds('```\n| a |\n|---|\n| 1 |\n```')).toBe('text')
  expect(kinds('| a | b |\n|---|')).toBe('text')
  expect(kinds('    | a |\n    |---|')).toBe('text')
  expect(kinds('a\n---')).toBe('text')
})

test('images that were uploaded are shown, the others are links: what they lead to is not fetched', () => {
  const keys = new Map([['chart.png', 'img_1']])
  const shown = (text: string) => blocksOf(text, keys)[0]?.lines.join('\n')
  expect(shown('![a](chart.png) and ![b](<chart.png> "title") ![c](other.png)')).toBe(
    '![a](img_1) and ![b](img_1) [c](other.png)',
  )
  expect(shown('```\n![a](chart.png)\n```')).toBe('```\n![a](chart.png)\n```')
  expect(blocksOf('see ![a](https://x/y.png)')[0]?.lines).toEqual(['see [a](https://x/y.png)'])
  expect(blocksOf('```\n![a](b)\n```')[0]?.lines).toEqual(['```', '![a](b)', '```'])
})

test('headings become bold lines where there are none, outside of code', () => {
  const text = '# One **two** #\n\n##three\n\n### four\n```sh\n# five\n```\n#'
  expect(withoutHeadings(text)).toBe('**One two**\n\n##three\n\n**four**\n```sh\n# five\n```\n#')
})

test('cells keep their bars', () => {
  expect(cellsOf(String.raw`| a \| b | c |`)).toEqual(['a | b', 'c'])
  expect(cellsOf('a|b')).toEqual(['a', 'b'])
  expect(cellsOf('| |')).toEqual([''])
})

test('a line is one line, short enough, and never empty', () => {
  expect(line('a\n b', 10)).toBe('a b')
  expect(line('  ', 10)).toBe('…')
  expect(line('ab👍cd', 4)).toBe('ab…')
})
