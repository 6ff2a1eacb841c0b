import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { substitute } from '../../../src/config/variables.ts'

const env = { NAME: 'value', EMPTY: '' }

test.each([
  ['${NAME}', 'value'],
  ['a ${NAME} b ${NAME}', 'a value b value'],
  ['${NAME:-other}', 'value'],
  ['${GONE:-other words}', 'other words'],
  ['${GONE:-}', ''],
  ['${EMPTY}', ''],
  ['${EMPTY:-other}', 'other'],
  ['$${NAME}', '${NAME}'],
  ['$NAME costs $5', '$NAME costs $5'],
])('%s becomes %j', (text, expected) => {
  expect(substitute(text, env)).toMatchObject({ text: expected, missing: [], broken: [] })
})

test('names what the environment lacks', () => {
  expect(substitute('${ONE} ${NAME} ${TWO}', env).missing).toEqual(['ONE', 'TWO'])
})

test.each(['${', '${}', '${a b}', '${1}', '${NAME', '${NAME:-${OTHER}}', '${NAME-x}'])(
  '%s is no variable',
  (text) => {
    expect(substitute(text, env).broken).not.toEqual([])
  },
)

test('a value is not looked through for variables again', () => {
  expect(substitute('${A}', { A: '${B}', B: 'b' }).text).toBe('${B}')
})

test('any text survives once its openings are escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', ':', '-', 'A', ' ') }), (text) => {
      const escaped = text.replaceAll('${', () => '$${')
      expect(substitute(escaped, {})).toMatchObject({ text, missing: [], broken: [] })
    }),
  )
})
