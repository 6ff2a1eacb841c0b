import { expect, test } from 'vitest'
import { converse } from '../../../src/demo/smalltalk.ts'

const words = (text: string, ...earlier: string[]): string =>
  converse(text, earlier)
    .map((move) => (move.do === 'say' ? move.text : ''))
    .join('')

test.each([
  ['Hello!', [], 'Hello! What can I do for you?'],
  ['hi there', ['My name is Zoe.'], 'Hello again, Zoe! What can I do for you?'],
  ['my name is Zoe, nice to meet you', [], 'Nice to meet you, Zoe. I will remember that.'],
  ["What's my name?", ['call me Ann', 'no, my name is Zoe'], 'Your name is Zoe.'],
  ['Do you remember my name?', ['my name is Zoe'], 'Your name is Zoe.'],
  ['who am I?', [], 'You have not told me your name yet.'],
  ['Remember that milk is out', [], 'I will remember: milk is out'],
  [
    'What is my favourite colour?',
    ['remember that my favourite colour is green'],
    'Your favourite colour is green.',
  ],
  ['What did I say?', ['one', 'two'], 'So far you wrote:\n\n1. one\n2. two'],
  ['what do you remember?', [], 'This is the first thing that you say to me.'],
  ['Thank you!', [], 'You are welcome.'],
])('%s', (text, earlier, answer) => expect(words(text, ...earlier)).toBe(answer))

test.each([
  ['Please list the files here', 'ls'],
  ['what time is it?', 'date'],
])('%s: looks', (text, command) => {
  expect(converse(text, [])).toMatchObject([{ do: 'tool', tool: 'Bash', input: { command } }])
})

test('what it does not understand comes back, with who answers and where help is', () => {
  const answer = words('refactor the queue')
  expect(answer).toContain('You wrote: refactor the queue')
  expect(answer).toContain('local stand-in model')
  expect(answer).toContain('/help')
})
