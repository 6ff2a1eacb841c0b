import { expect, test } from 'vitest'
import { isMistyped, typedAnswer } from '../../../src/prompts/typed.ts'

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
  ['4 not that file', { choices: ['why'], text: 'not that file' }],
  ['deny and say why: not that', { choices: ['why'], text: 'not that' }],
  ['4', { choices: ['why'] }],
  // What is but the front of a label may be chatter, and must not allow anything.
  ['allow', undefined],
  ['allow o', undefined],
  ['allow for', undefined],
  ['d', undefined],
  ['session', { choices: ['session'] }],
  ['9', undefined],
  ['1 and then go on', undefined],
  ['what does it do?', undefined],
  ['/stop', undefined],
  ['', undefined],
])('%j to an approval', (text, answer) => {
  expect(typedAnswer(text, approval, 'asked')).toEqual(answer)
})

const chinese = {
  choices: [
    { id: 'once', label: '允许一次', style: 'primary' },
    { id: 'session', label: '本会话内允许' },
    { id: 'always', label: '在此工作区始终允许' },
    { id: 'deny', label: '拒绝', style: 'danger' },
    { id: 'why', label: '拒绝并说明原因', text: true },
  ],
} as const

test.each([
  ['同意', { choices: ['once'] }],
  ['否', { choices: ['deny'] }],
  ['拒绝', { choices: ['deny'] }],
  ['允许一次', { choices: ['once'] }],
  ['允许', undefined],
  ['在', undefined],
  ['本', undefined],
  ['5、不是这个文件', { choices: ['why'], text: '不是这个文件' }],
  ['拒绝并说明原因：不是这个', { choices: ['why'], text: '不是这个' }],
  ['它做什么？', undefined],
])('%j to an approval in Chinese', (text, answer) => {
  expect(typedAnswer(text, chinese, 'asked')).toEqual(answer)
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
  ['g', { choices: [], text: 'g' }],
  ['purple, please', { choices: [], text: 'purple, please' }],
  ['/help', undefined],
])('%j to a question', (text, answer) => {
  expect(typedAnswer(text, colours, 'asked')).toEqual(answer)
})

test.each([
  ['1', 'other', { choices: ['once'] }],
  ['deny', 'other', { choices: ['deny'] }],
  ['Allow for this session', 'other', { choices: ['session'] }],
  ['yes', 'other', undefined],
  ['4 apples, please', 'other', undefined],
  ['deny and say why: no', 'other', undefined],
  ['yes', 'put', undefined],
  ['4 not that file', 'put', { choices: ['why'], text: 'not that file' }],
] as const)("%j to somebody else's approval (%s)", (text, reader, answer) => {
  expect(typedAnswer(text, approval, reader)).toEqual(answer)
})

test("own words answer the own question alone, and several choices everybody's", () => {
  expect(typedAnswer('purple', colours, 'put')).toBeUndefined()
  expect(typedAnswer('purple', colours, 'other')).toBeUndefined()
  expect(typedAnswer('1 2', colours, 'other')).toEqual({ choices: ['1', '2'] })
})

test.each([
  ['7', true],
  ['0', true],
  ['1, 7', true],
  ['allow', true],
  ['Deny and', true],
  ['7 samurai', false],
  ['what does it do?', false],
  ['', false],
])('%j was meant as an answer: %s', (text, meant) => {
  expect(isMistyped(text, approval)).toBe(meant)
})
