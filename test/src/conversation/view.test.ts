import { en } from '../../../src/words/en.ts'
import { expect, test } from 'vitest'
import type { TurnEvent } from '../../../src/claude/turn.ts'
import { toolTitle } from '../../../src/conversation/tool-title.ts'
import { advance, nothingYet, viewOf } from '../../../src/conversation/view.ts'

const workspace = '/data/users/ann/workspace'

function shown(...events: TurnEvent[]): ReturnType<typeof viewOf> {
  return viewOf(events.reduce((progress, event) => advance(progress, event, workspace, en), nothingYet))
}

const tool: TurnEvent = {
  type: 'tool',
  id: 't1',
  name: 'Bash',
  input: { command: 'npm test' },
  parent: undefined,
}

test('deltas are a preview: the whole block takes their place', () => {
  expect(shown({ type: 'text', delta: 'Hel' }, { type: 'text', delta: 'lo' }).markdown).toBe('Hello')
  expect(shown({ type: 'text', delta: 'Hel' }, { type: 'text-block', text: 'Hello!' }).markdown).toBe(
    'Hello!',
  )
})

test('a message that starts over takes back its deltas, and only those', () => {
  const events: TurnEvent[] = [
    { type: 'text-block', text: 'First.' },
    { type: 'text', delta: 'Sec' },
    { type: 'text-void' },
    { type: 'text', delta: 'Second.' },
  ]
  expect(shown(...events).markdown).toBe('First.\n\nSecond.')
})

test('a tool runs, then is done or failed', () => {
  expect(shown(tool).tools).toEqual([{ id: 't1', name: 'Bash', title: 'npm test', state: 'running' }])
  expect(shown(tool, { type: 'tool-result', id: 't1', ok: true, text: '' }).tools[0]?.state).toBe('done')
  expect(shown(tool, { type: 'tool-result', id: 't1', ok: false, text: '' }).tools[0]?.state).toBe('failed')
})

test('a failing API is shown until something else happens', () => {
  const retry: TurnEvent = { type: 'api-retry', attempt: 2, of: 5, status: 529, inMs: 1200 }
  expect(shown(retry).status).toBe('the API is overloaded, trying again in 2 sec (2 of 5)')
  expect(shown(retry, { type: 'text', delta: 'x' })).not.toHaveProperty('status')
})

test('what shows nothing new changes nothing', () => {
  const before = advance(nothingYet, tool, workspace, en)
  expect(advance(before, { type: 'thinking' }, workspace, en)).toBe(before)
})

test('a title is one bounded line, with paths as seen from the workspace', () => {
  expect(toolTitle('Write', { file_path: `${workspace}/src/a.ts` }, workspace)).toBe('src/a.ts')
  expect(toolTitle('Bash', { command: 'a\n  b' }, workspace)).toBe('a b')
  expect(toolTitle('Bash', { command: '😀'.repeat(200) }, workspace).isWellFormed()).toBe(true)
  expect(toolTitle('Bash', { command: 'x'.repeat(999) }, workspace)).toHaveLength(120)
  expect(toolTitle('mcp__x__y', { n: 1, what: 'this' }, workspace)).toBe('this')
  expect(toolTitle('TodoWrite', { todos: 'hidden' }, workspace)).toBe('')
})
