import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Policy, verdictOn } from '../../../src/conversation/policy.ts'
import type { ToolUse } from '../../../src/conversation/tool-pattern.ts'

const nothing = { allow: [], ask: [], never: [] }

function policy(changes: Partial<Policy> = {}): Policy {
  return { tools: nothing, roles: {}, secondApprover: [], ...changes }
}

function bash(command: string): ToolUse {
  return { tool: 'Bash', input: { command } }
}

function write(file_path: string, blockedPath?: string): ToolUse {
  return { tool: 'Write', input: { file_path }, blockedPath }
}

function fetch(url: string): ToolUse {
  return { tool: 'WebFetch', input: { url } }
}

function says(rules: Policy, use: ToolUse, role: 'guest' | 'member' | 'admin' = 'member'): string {
  return verdictOn(rules, role, use, '/w').says
}

test('never beats ask, ask beats allow; what no rule speaks of is open', () => {
  const rules = policy({
    tools: { allow: ['Bash'], ask: ['Bash(git push *)'], never: ['Bash(rm *)'] },
  })
  expect(says(rules, bash('ls'))).toBe('allow')
  expect(says(rules, bash('git push'))).toBe('ask')
  expect(says(rules, bash('git push && rm x'))).toBe('never')
  expect(says(rules, { tool: 'Write', input: {} })).toBe('open')
})

test('what holds for a role holds besides what holds for all, and for that role alone', () => {
  const rules = policy({
    tools: { ...nothing, ask: ['Write'] },
    roles: {
      guest: { ...nothing, never: ['Bash'], ask: ['*'] },
      admin: { ...nothing, allow: ['Bash', 'Write'] },
    },
  })
  expect(says(rules, bash('ls'), 'guest')).toBe('never')
  expect(says(rules, bash('ls'), 'member')).toBe('open')
  expect(says(rules, bash('ls'), 'admin')).toBe('allow')
  expect(says(rules, { tool: 'Write', input: {} }, 'admin')).toBe('ask')
  expect(says(rules, { tool: 'Read', input: {} }, 'guest')).toBe('ask')
})

test('a second approver is asked whatever is allowed', () => {
  const rules = policy({ tools: { ...nothing, allow: ['*'] }, secondApprover: ['Bash(rm *)'] })
  expect(verdictOn(rules, 'admin', bash('rm x'), '/w')).toMatchObject({ says: 'ask', second: true })
})

test('`*` is about what Claude does: it may still ask people, and send what it made', () => {
  const rules = policy({ tools: { allow: ['*'], ask: [], never: ['*'] } })
  expect(says(rules, { tool: 'AskUserQuestion', input: {} })).toBe('open')
  expect(says(rules, { tool: 'mcp__chat__send_file', input: {} })).not.toBe('never')
  expect(says(rules, { tool: 'mcp__docs__read', input: {} })).toBe('never')
  const named = policy({ tools: { ...nothing, never: ['mcp__chat__send_file', 'AskUserQuestion'] } })
  expect(says(named, { tool: 'mcp__chat__send_file', input: {} })).toBe('never')
  expect(says(named, { tool: 'AskUserQuestion', input: {} })).toBe('never')
  // Nobody's answer is made up.
  expect(
    says(policy({ tools: { ...nothing, allow: ['AskUserQuestion'] } }), {
      tool: 'AskUserQuestion',
      input: {},
    }),
  ).toBe('open')
})

test.each([
  ['git log', true],
  ['git log --oneline -3', true],
  ['git log; rm x', false],
  ['git log && rm x', false],
  ['git log | sh', false],
  ['git log > /etc/x', false],
  ['git log $(rm x)', false],
  ['git log `rm x`', false],
  ['git log\nrm x', false],
  ['sudo git log', false],
  ['git logs', false],
])('`Bash(git log *)` lets go unasked: %s %s', (command, allowed) => {
  const rules = policy({ tools: { ...nothing, allow: ['Bash(git log *)'] } })
  expect(says(rules, bash(command))).toBe(allowed ? 'allow' : 'open')
})

test('no command goes unasked that holds another', () => {
  const rules = policy({ tools: { ...nothing, allow: ['Bash(git log *)'] } })
  const marks = fc.constantFrom(';', '&', '|', '\n', '`', '$(', '>', '<', '\\', '\r')
  fc.assert(
    fc.property(fc.string(), marks, fc.string(), (before, mark, after) => {
      expect(says(rules, bash(`git log ${before}${mark}${after}`))).toBe('open')
    }),
  )
})

test('paths: in the workspace alone, whichever way they are written', () => {
  const rules = policy({ tools: { ...nothing, allow: ['Write(docs/*)'] } })
  expect(says(rules, write('/w/docs/a.md'))).toBe('allow')
  expect(says(rules, write('/w/docs/../a.md'))).toBe('open')
  expect(says(rules, write('/w/docs/../../etc/docs/a.md'))).toBe('open')
  expect(says(rules, write('/elsewhere/docs/a.md'))).toBe('open')
  // The CLI found that a link leads out.
  expect(says(rules, write('/w/docs/link/a.md', '/etc/a.md'))).toBe('open')
  const never = policy({ tools: { ...nothing, never: ['Write(secrets/*)'] } })
  for (const path of ['/w/secrets/a', '/w/./secrets/a', '/w/docs/../secrets/a', 'secrets/a'])
    expect(says(never, write(path))).toBe('never')
})

test('addresses: by domain, with what lies below it where it must not slip by', () => {
  const allow = policy({ tools: { ...nothing, allow: ['WebFetch(domain:example.com)'] } })
  expect(says(allow, fetch('https://example.com/a'))).toBe('allow')
  expect(says(allow, fetch('https://example.com.evil.org/a'))).toBe('open')
  expect(says(allow, fetch('https://example.com@evil.org/'))).toBe('open')
  const never = policy({ tools: { ...nothing, never: ['WebFetch(domain:example.com)'] } })
  expect(says(never, fetch('https://www.example.com/a'))).toBe('never')
})
