/** Tables that Slack shows as none. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { tablesAsCode } from '../../../adapters/slack/tables.ts'

function row(cells: readonly string[] = []): string {
  return `| ${cells.join(' | ')} |`
}

test('a table becomes aligned code; what stands around it stays, and so does what only looks like one', () => {
  const before =
    'So:\n\n| name | n |\n|:--|--:|\n| Ann \\| Bob | 1 |\n| 安 |\n\nDone | here.\n\n```\n| a | b |\n|---|---|\n```'
  expect(tablesAsCode(before)).toBe(
    'So:\n\n```\nname      | n\n----------+--\nAnn | Bob | 1\n安        |\n```\n\nDone | here.\n\n```\n| a | b |\n|---|---|\n```',
  )
})

test('code in a cell does not end the code around it', () => {
  expect(tablesAsCode('a | b\n--|--\n``` | x')).toBe('````\na   | b\n----+--\n``` | x\n````')
})

test('nothing is changed where there is no table, and every cell is still there where there is one', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!/^[^\n]*\|[^\n]*\n[\s|:-]*-[\s|:-]*$/m.test(text))
      expect(tablesAsCode(text)).toBe(text)
    }),
  )
  const cell = fc.stringMatching(/^[a-z\u4E00-\u4E20]{1,8}$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 2, maxLength: 9 }), ([head, ...rows]) => {
      const shown = tablesAsCode([row(head), '|---|---|', ...rows.map((cells) => row(cells))].join('\n'))
      for (const each of rows.flat()) expect(shown).toContain(each)
      expect(shown.startsWith('```\n')).toBe(true)
    }),
  )
})
