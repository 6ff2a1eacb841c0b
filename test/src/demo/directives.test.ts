import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { directives, parseMoves } from '../../../src/demo/directives.ts'

const run = (command: string): object => ({
  do: 'tool',
  tool: 'Bash',
  input: { command, description: 'Run a command' },
  quiet: false,
})

describe('a text with directives', () => {
  test('is done line by line, in order', () => {
    expect(parseMoves('!bash ls -l\n!think\n!bash date')).toEqual([
      run('ls -l'),
      { do: 'think' },
      run('date'),
    ])
  })

  test.each([
    ' !bash ls',
    '\u200B!bash ls',
    '\uFEFF \u2060!bash  ls ',
    'please:\n!bash ls',
    '!bash ls\nthank you',
  ])('is found in %j', (text) => expect(parseMoves(text)).toEqual([run('ls')]))

  test('gets its @ back from whoever took the meaning out of it', () => {
    expect(parseMoves('!bash echo @\u200B/etc/passwd')).toEqual([run('echo @/etc/passwd')])
  })

  test('says all that follows !say, directives included', () => {
    expect(parseMoves('!think\n!say one\n\n!bash ls\n')).toEqual([
      { do: 'think' },
      { do: 'say', text: 'one\n\n!bash ls\n' },
    ])
  })

  test('says any text verbatim', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => !one.includes('@'))
    fc.assert(
      fc.property(text, (said) => {
        expect(parseMoves(`!say ${said}`)).toEqual([{ do: 'say', text: said }])
      }),
    )
  })

  test('writes the lines up to the next directive', () => {
    const [write, next] = parseMoves('!write a/b.txt one\n  two\n!bash ls')
    expect(write).toMatchObject({ tool: 'Write', input: { file_path: 'a/b.txt', content: 'one\n  two' } })
    expect(next).toEqual(run('ls'))
  })

  test('reads what it edits', () => {
    expect(parseMoves('!edit a.txt old words => new => words')).toMatchObject([
      { tool: 'Read', input: { file_path: 'a.txt' } },
      { tool: 'Edit', input: { file_path: 'a.txt', old_string: 'old words', new_string: 'new => words' } },
    ])
  })

  test.each([
    ['!error 529', { do: 'error', status: 529, times: Infinity, retryAfter: undefined }],
    ['!error 429 2', { do: 'error', status: 429, times: 2, retryAfter: undefined }],
    ['!error 429 2 retry-after=7', { do: 'error', status: 429, times: 2, retryAfter: 7 }],
    ['!drop', { do: 'drop', times: 1 }],
    ['!drop 3', { do: 'drop', times: 3 }],
    ['!stall', { do: 'stall', times: Infinity }],
    ['!slow 0.5 3', { do: 'slow', seconds: 0.5, words: 3 }],
    ['!long 200', { do: 'long', kilobytes: 200 }],
    [
      '!tool mcp__chat__send {"a":[1]}',
      { do: 'tool', tool: 'mcp__chat__send', input: { a: [1] }, quiet: false },
    ],
  ])('%s', (text, move) => expect(parseMoves(text)).toEqual([move]))

  test.each([
    '!error',
    '!error 200',
    '!slow',
    '!slow soon',
    '!edit a b',
    '!tool X {',
    '!write a',
    '!bash',
    '!long 1 2',
  ])('%s is answered with how it goes', (text) => {
    const usage = directives.find((directive) => directive.usage.startsWith(text.split(' ')[0] ?? ''))?.usage
    expect(parseMoves(text)).toEqual([{ do: 'say', text: `That is not how it goes: \`${usage}\`` }])
  })

  test('says so when it knows no such directive', () => {
    expect(parseMoves('!constructor')).toEqual([{ do: 'say', text: 'I know no `!constructor`. Try /help.' }])
  })
})

test.each(['hello', 'no! never', '! bash', '!!', 'a !bash ls', ''])('%j holds no directive', (text) => {
  expect(parseMoves(text)).toEqual([])
})

test('nothing that people write breaks it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom(...directives.map(({ usage }) => usage)))),
      (lines) => {
        expect(Array.isArray(parseMoves(lines.join('\n')))).toBe(true)
      },
    ),
  )
})
