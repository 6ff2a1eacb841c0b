import { expect, test } from 'vitest'
import { matchesRule } from '../../../src/conversation/tool-pattern.ts'

function bash(command: string): { tool: string; input: { command: string } } {
  return { tool: 'Bash', input: { command } }
}

test.each([
  'rm x',
  'rm',
  'ls && rm -rf x',
  'sudo rm x',
  '/bin/rm x',
  'a=1 rm x',
  "bash -c 'rm x'",
  'echo $(rm x)',
  'true;rm x',
  'true\nrm x',
  'find . | xargs rm',
  'rm\tx',
])('a command that removes is `Bash(rm *)`: %s', (command) => {
  expect(matchesRule('Bash(rm *)', bash(command))).toBe(true)
  expect(matchesRule('Bash(rm:*)', bash(command))).toBe(true)
})

test.each(['rmdir x', 'ls', 'firm x', 'git push'])('another is not: %s', (command) => {
  expect(matchesRule('Bash(rm *)', bash(command))).toBe(false)
})

test('words in the pattern, and special characters', () => {
  expect(matchesRule('Bash(git push *)', bash('git  push   origin'))).toBe(true)
  expect(matchesRule('Bash(git push *)', bash('git pull'))).toBe(false)
  expect(matchesRule('Bash(a.b)', bash('axb'))).toBe(false)
})

test('other tools: by name, by server, by what they are given', () => {
  const write = { tool: 'Write', input: { file_path: '/w/.env' } }
  expect(matchesRule('Write', write)).toBe(true)
  expect(matchesRule('Write(*.env)', write)).toBe(true)
  expect(matchesRule('Write(*.ts)', write)).toBe(false)
  expect(matchesRule('Bash', write)).toBe(false)
  const docs = { tool: 'mcp__docs__read', input: { page: 'home' } }
  expect(matchesRule('mcp__docs', docs)).toBe(true)
  expect(matchesRule('mcp__docs__read(*home*)', docs)).toBe(true)
})
