import { expect, test } from 'vitest'
import { answerFits, labelOf } from '../../../src/prompts/answer.ts'

const choices = [
  { id: '1', label: 'Tea' },
  { id: '2', label: 'Coffee' },
]

test('one of the choices, several only where several may be taken, own words only where they may', () => {
  expect(answerFits({ choices }, { choices: ['1'] })).toBe(true)
  expect(answerFits({ choices }, { choices: ['3'] })).toBe(false)
  expect(answerFits({ choices }, { choices: ['1', '2'] })).toBe(false)
  expect(answerFits({ choices, multiple: true }, { choices: ['1', '2'] })).toBe(true)
  expect(answerFits({ choices, multiple: true }, { choices: ['1', '1'] })).toBe(false)
  expect(answerFits({ choices }, { choices: [], text: 'milk' })).toBe(false)
  expect(answerFits({ choices, ownText: true }, { choices: [], text: 'milk' })).toBe(true)
  expect(answerFits({ choices, ownText: true }, { choices: [] })).toBe(false)
})

test('what is shown of an answer', () => {
  expect(labelOf({ choices }, { choices: ['2', '1'] })).toBe('Tea, Coffee')
  expect(labelOf({ choices, language: 'zh' }, { choices: ['1', '2'] })).toBe('Tea、Coffee')
  expect(labelOf({ choices }, { choices: [], text: 'milk\nplease' })).toBe('milk please')
})
