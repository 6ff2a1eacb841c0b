import { expect, test } from 'vitest'
import { called, commands } from '../../../src/commands/index.ts'

test.each([
  ['/help', 'help', ''],
  ['  /Model  opus ', 'model', 'opus'],
  ['/stop\nall', 'stop', 'all'],
  ['/mcp__Docs__sum-up it', 'mcp__Docs__sum-up', 'it'],
])('%j calls a command', (text, name, args) => {
  expect(called(text)?.command.name).toBe(name)
  expect(called(text)?.args).toBe(args)
})

test.each([
  '/etc/passwd is a file',
  '/helper',
  '/config x=y',
  'say /help',
  '',
  '/',
  '//help',
  '/config',
  '/mcp__',
  '/mcp__docs',
  '/mcp x',
])('%j is text for Claude', (text) => {
  expect(called(text)).toBeUndefined()
})

test('every command says what it is for', () => {
  for (const { name, summary } of commands) {
    expect(name).toMatch(/^[a-z-]+$/)
    expect(summary.length).toBeGreaterThan(5)
  }
})
