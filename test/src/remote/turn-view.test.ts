/** What a terminal shows of the events of a turn. */
import { expect, test } from 'vitest'
import type { Told } from '../../../src/remote/shapes.ts'
import { nothingYet, withTold } from '../../../src/remote/turn-view.ts'

const view = (...told: readonly Told[]) => told.reduce(withTold, nothingYet)
const begins: Told = { type: 'started', data: {} }
const says = (delta: string): Told => ({ type: 'message', data: { delta } })
const uses = (id: string): Told => ({
  type: 'tool_use',
  data: { id, name: 'Bash', input: { command: 'ls' } },
})

test('text grows, tools come and end, a status goes when something moves', () => {
  const told = [
    begins,
    says('One'),
    { type: 'status', data: { status: 'it waits' } },
    uses('a'),
    uses('b'),
  ] as const
  expect(view(...told.slice(0, 3))).toEqual({ markdown: 'One', tools: [], status: 'it waits' })
  expect(view(...told, { type: 'tool_result', data: { id: 'a', ok: false } }, says(' two'))).toEqual({
    markdown: 'One two',
    tools: [
      { id: 'a', name: 'Bash', title: 'ls', state: 'failed' },
      { id: 'b', name: 'Bash', title: 'ls', state: 'running' },
    ],
  })
})

test('what is void goes: text that starts over, and a turn that a new process begins anew', () => {
  expect(view(begins, says('wrong'), { type: 'message_reset', data: { text: 'right' } }).markdown).toBe(
    'right',
  )
  expect(view(begins, says('Half'), uses('a'), begins, says('Whole'))).toEqual({
    markdown: 'Whole',
    tools: [],
  })
})
