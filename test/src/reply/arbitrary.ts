/** Markdown as Claude writes it, and as nobody should: for property tests. */
import * as fc from 'fast-check'

const words = fc.constantFrom(
  'the',
  'quick',
  'session',
  'naïve',
  'x',
  'Ωmega',
  '再起動',
  '会話は続きます。',
  '한국어',
  '👍',
  '👩‍👩‍👧‍👦',
  '🇩🇪',
  '👋🏽',
  'é',
  'R&D',
  'snake_case_name',
  'end.',
  'really?',
  'a<b',
  '&amp;',
  '\\*',
  'v3.',
  '#5',
  '—',
  'C:\\dir',
  '$HOME',
  'x*y',
  'https://example.com/a_b?c=d&e=f',
)
const longWords = fc
  .tuple(fc.constantFrom('a', '你', '👍🏽', 'é'), fc.integer({ min: 20, max: 200 }))
  .map(([unit, n]) => unit.repeat(n))

const plainText = fc.array(words, { minLength: 1, maxLength: 14 }).map((list) => list.join(' '))
const letters = fc
  .array(fc.constantFrom('alpha', 'beta', '再起動', '👍🏽', 'x1'), { minLength: 1, maxLength: 12 })
  .map((list) => list.join(' '))

const inlines = fc.oneof(
  { weight: 6, arbitrary: plainText },
  { weight: 1, arbitrary: longWords },
  { weight: 2, arbitrary: letters.map((text) => `**${text}**`) },
  { weight: 1, arbitrary: letters.map((text) => `*${text}*`) },
  { weight: 1, arbitrary: letters.map((text) => `~~${text}~~`) },
  { weight: 1, arbitrary: fc.tuple(letters, letters).map(([a, b]) => `**${a} *${b}* ${a}**`) },
  { weight: 1, arbitrary: letters.map((text) => `\`${text}\``) },
  { weight: 1, arbitrary: letters.map((text) => `\`\` a\`${text} \`\``) },
  { weight: 1, arbitrary: letters.map((text) => `[${text}](https://example.com/path)`) },
  { weight: 1, arbitrary: letters.map((text) => `![${text}](https://example.com/x.png "title")`) },
  { weight: 1, arbitrary: letters.map((text) => `<b>${text}</b>`) },
)
const paragraph = fc
  .array(
    fc.array(inlines, { minLength: 1, maxLength: 5 }).map((list) => list.join(' ')),
    { minLength: 1, maxLength: 3 },
  )
  .map((lines) => lines.join('\n'))
const heading = fc
  .tuple(fc.integer({ min: 1, max: 6 }), letters)
  .map(([depth, text]) => `${'#'.repeat(depth)} ${text}`)
const codeLine = fc.oneof(
  plainText,
  fc.constantFrom(
    '',
    '  indented()',
    '\ttabbed',
    '```',
    '# not a heading',
    '| not | a table |',
    '> no quote',
    '- no item',
  ),
  longWords,
)
const fence = fc
  .tuple(
    fc.constantFrom('````', '~~~~', '`````'),
    fc.constantFrom('', 'ts', 'diff', ' python title="a b"'),
    fc.array(codeLine, { maxLength: 12 }),
  )
  .map(([marker, info, lines]) =>
    [`${marker}${marker.startsWith('~') ? info : info.replaceAll('`', '')}`, ...lines, marker].join('\n'),
  )
const cell = fc.oneof(letters, fc.constantFrom('', '`x`', '**b**', '宽单元格', 'a\\|b'))
const table = fc.integer({ min: 1, max: 4 }).chain((columns) => {
  const row = fc
    .array(cell, { minLength: columns, maxLength: columns })
    .map((list) => `| ${list.join(' | ')} |`)
  return fc
    .tuple(row, fc.array(row, { maxLength: 8 }))
    .map(([head, rows]) => [head, `|${' --- |'.repeat(columns)}`, ...rows].join('\n'))
})
const rule = fc.constantFrom('---', '***', '_ _ _')

const { blocks } = fc.letrec<{ blocks: string; block: string; quote: string; list: string }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 4 }).map((list) => list.join('\n\n')),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    paragraph,
    heading,
    fence,
    table,
    rule,
    tie('list'),
    tie('quote'),
  ),
  quote: tie('blocks').map((text) => text.replaceAll(/^/gm, '> ')),
  list: fc
    .tuple(
      fc.constantFrom('- ', '* ', '1. ', '10. '),
      fc.array(tie('blocks'), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
    )
    .map(([marker, items, loose]) =>
      items
        .map(
          (text) =>
            marker + itemOf(marker, text).replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(marker.length)}`),
        )
        .join(loose ? '\n\n' : '\n'),
    ),
}))

/** `* ***` is no item that holds a rule, it is a rule: what is indented below it would be code. */
function itemOf(marker: string, text: string): string {
  return /^[-*]/.test(marker) ? text.replace(/^(?:---|\*\*\*)(?=\n|$)/, '_ _ _') : text
}

/** Well-formed Markdown. */
const wellFormed: fc.Arbitrary<string> = fc
  .array(blocks, { minLength: 1, maxLength: 4 })
  .map((list) => list.join('\n\n'))

const scraps = fc.constantFrom(
  '```',
  '~~~',
  '```js\n',
  '> ',
  '>',
  '- ',
  '* ',
  '1. ',
  '2) ',
  '    ',
  '\t',
  '\n',
  '\n\n',
  '\r\n',
  '\r',
  '#',
  '## ',
  '|',
  '|-|',
  '---',
  '===',
  '*',
  '**',
  '_',
  '`',
  '``',
  '[',
  ']',
  '(',
  ')',
  '](',
  '<',
  '>',
  '<div>',
  '</div>',
  '<!--',
  '-->',
  '&amp;',
  '\\',
  '~~',
  '![',
  'word',
  ' ',
  'a b c',
  '再',
  '👩‍👧',
  '\u200d',
  '\ufe0f',
  '\ud83d',
  '\u0000',
  ':',
  '[x]: y',
  '- [ ] ',
  'https://a.b/c',
)

/** Anything at all. */
const noise: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 8, arbitrary: scraps }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) }),
    { maxLength: 60 },
  )
  .map((list) => list.join(''))

/** Well-formed Markdown, noise, their mixture, cut off anywhere, with either line ending. */
export const anyMarkdown: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      wellFormed,
      noise,
      fc.tuple(wellFormed, noise, wellFormed).map((list) => list.join('\n')),
    ),
    fc.boolean(),
    fc.option(fc.nat()),
  )
  .map(([text, crlf, cut]) => {
    const prefix = cut === null ? text : text.slice(0, text.length === 0 ? 0 : cut % text.length)
    return crlf ? prefix.replaceAll('\n', '\r\n') : prefix
  })

/** Well-formed Markdown with either line ending. */
export const wellFormedEnded: fc.Arbitrary<string> = fc
  .tuple(wellFormed, fc.boolean())
  .map(([text, crlf]) => (crlf ? text.replaceAll('\n', '\r\n') : text))
