import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ToolUse, matchesRule, surelyMatchesRule } from '../../../src/conversation/tool-pattern.ts'
import { testDir } from '../../rig/dir.ts'

function bash(command: string): { tool: string; input: { command: string } } {
  return { tool: 'Bash', input: { command } }
}

function write(file_path: string): ToolUse {
  return { tool: 'Write', input: { file_path } }
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
  'rm>/dev/null -f x',
  '>rm x',
  'rm<x',
  'rm\\\n -rf x',
  'r\\\nm -rf x',
  'rm${IFS}-rf${IFS}x',
  'rm$IFS-rf',
  '{rm,-rf,x}',
  'a && {rm,x}',
  "r''m x",
  'r\\m x',
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
  expect(matchesRule('Write', write('/w/.env'))).toBe(true)
  expect(matchesRule('Write(*.env)', write('/w/.env'))).toBe(true)
  expect(matchesRule('Write(*.ts)', write('/w/.env'))).toBe(false)
  expect(matchesRule('Bash', write('/w/.env'))).toBe(false)
  const docs = { tool: 'mcp__docs__read', input: { page: 'home' } }
  expect(matchesRule('mcp__docs', docs)).toBe(true)
  expect(matchesRule('mcp__docs__read(*home*)', docs)).toBe(true)
})

test.each([
  'git -C . push origin',
  'git -c a=b -C . push',
  'git --git-dir=x push',
  'git --git-dir x --no-pager push origin',
  'git>/dev/null push origin',
  'git${IFS}push',
  '{git,push,origin}',
  '"git" push',
  'sudo git -C x push',
])('a command that pushes is `Bash(git push *)`: %s', (command) => {
  expect(matchesRule('Bash(git push *)', bash(command))).toBe(true)
})

test.each(['git -C . pull', 'git log', 'git'])('another is not: %s', (command) => {
  expect(matchesRule('Bash(git push *)', bash(command))).toBe(false)
})

test('options without end hide nothing, and take no time', () => {
  const began = performance.now()
  expect(matchesRule('Bash(git push *)', bash(`git ${'-a '.repeat(20)}pull`))).toBe(false)
  expect(matchesRule('Bash(git push *)', bash(`git ${'-a '.repeat(2000)}push`))).toBe(true)
  expect(matchesRule('Bash(git push *)', bash('a -b '.repeat(20)))).toBe(false)
  matchesRule('Bash(git push *)', bash('a -b '.repeat(2000)))
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('whatever takes a command is held against the rules for Bash', () => {
  const monitor = { tool: 'Monitor', input: { command: 'ls; rm x', description: 'watch' } }
  expect(matchesRule('Bash(rm *)', monitor)).toBe(true)
  expect(matchesRule('Bash', monitor)).toBe(true)
  expect(matchesRule('Bash(git push *)', monitor)).toBe(false)
  // For what goes unasked that would be too much.
  expect(surelyMatchesRule('Bash(ls *)', { tool: 'Monitor', input: { command: 'ls' } }, '/w')).toBe(false)
})

test('a path is held against rules where its links lead, too', async () => {
  const workspace = await testDir('links-')
  const outside = await testDir('outside-')
  await mkdir(join(workspace, 'secret'))
  await writeFile(join(workspace, 'secret/k.txt'), 'k')
  await symlink('secret', join(workspace, 's'))
  await symlink(outside, join(workspace, 'notes'))
  await symlink(join(workspace, 'secret/new.txt'), join(workspace, 'dangling'))
  for (const path of ['s/k.txt', 's/new.txt', 's/deep/er/new.txt', 'dangling', join(workspace, 's/k.txt')])
    expect(matchesRule('Write(secret/*)', write(path), workspace)).toBe(true)
  expect(matchesRule('Write(secret/*)', write('other/k.txt'), workspace)).toBe(false)
  expect(surelyMatchesRule('Write(notes/*)', write('notes/a.txt'), workspace)).toBe(false)
  expect(surelyMatchesRule('Write(secret/*)', write('secret/a.txt'), workspace)).toBe(true)
})
