import { expect, test } from 'vitest'
import { typedAnswer } from '../../../src/prompts/typed.ts'

const approval = {
  choices: [
    { id: 'once', label: 'Allow once', style: 'primary' },
    { id: 'session', label: 'Allow for this session' },
    { id: 'deny', label: 'Deny', style: 'danger' },
    { id: 'why', label: 'Deny and say why', text: true },
  ],
} as const

test.each([
  ['1', { choices: ['once'] }],
  [' 3. ', { choices: ['deny'] }],
  ['yes', { choices: ['once'] }],
  ['No', { choices: ['deny'] }],
  ['DENY', { choices: ['deny'] }],
  ['allow o', { choices: ['once'] }],
  ['4 not that file', { choices: ['why'], text: 'not that file' }],
  ['deny and say why: not that', { choices: ['why'], text: 'not that' }],
  ['4', { choices: ['why'] }],
  ['allow', undefined],
  ['9', undefined],
  ['1 and then go on', undefined],
  ['what does it do?', undefined],
  ['/stop', undefined],
  ['', undefined],
])('%j to an approval', (text, answer) => {
  expect(typedAnswer(text, approval)).toEqual(answer)
})

const colours = {
  choices: [
    { id: '1', label: 'Red' },
    { id: '2', label: 'Green' },
  ],
  multiple: true,
  ownText: true,
}

test.each([
  ['1, 2', { choices: ['1', '2'] }],
  ['red green', { choices: ['1', '2'] }],
  ['g', { choices: ['2'] }],
  ['purple, please', { choices: [], text: 'purple, please' }],
  ['/help', undefined],
])('%j to a question', (text, answer) => {
  expect(typedAnswer(text, colours)).toEqual(answer)
})
