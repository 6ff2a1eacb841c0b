import { expect, test } from 'vitest'
import { type Pressed, type Ui, pressed, start } from '../../../src/top/ui.ts'
import type { Seen } from '../../../src/top/watch.ts'

const seen: Seen = {
  overview: {
    version: '1',
    uptimeSeconds: 1,
    state: 'running',
    adapters: [],
    waiting: 0,
    running: 0,
    undelivered: 0,
    warm: 0,
    approvals: 0,
    tasks: { waiting: 0, running: 0, concurrency: 1 },
  },
  turns: [],
  approvals: [],
  log: [],
  settings: [
    { key: 'access.allow', value: ['*'], live: true, editable: false },
    { key: 'limits.perMinute', value: 6, live: true, editable: true },
  ],
}

/** What a row of keys leads to: names in capitals, others as they are written. */
function after(keys: readonly string[], from: Ui = start): ReturnType<typeof pressed> {
  const names: Record<string, Pressed['name']> = {
    ENTER: 'enter',
    ESC: 'escape',
    BACK: 'back',
    DOWN: 'down',
    TAB: 'tab',
  }
  let next: ReturnType<typeof pressed> = { ui: from }
  for (const key of keys) {
    const name = names[key]
    next = pressed(next.ui, seen, name === undefined ? { text: key } : { text: '', name }, 10)
  }
  return next
}

test('a setting is written key by key; what the file alone decides is not', () => {
  expect(after(['7', 'ENTER']).ui).toEqual({ tab: 'settings', at: 0 })
  const { ui, act } = after(['7', 'DOWN', 'DOWN', 'ENTER', 'BACK', '1', '2', 'ENTER'])
  expect([ui, act]).toEqual([
    { tab: 'settings', at: 1 },
    { type: 'change', key: 'limits.perMinute', text: '12' },
  ])
  // Keys that mean something elsewhere are text here, and Escape leaves all as it was.
  expect(after(['7', 'DOWN', 'ENTER', 'q', 'd', '1']).ui.edit).toEqual({
    key: 'limits.perMinute',
    text: '6qd1',
  })
  expect(after(['7', 'DOWN', 'ENTER', 'q', 'ESC'])).toEqual({ ui: { tab: 'settings', at: 1 } })
})

test('nothing that cannot be taken back happens by one key, and any other key means no', () => {
  expect(after(['d']).act).toBeUndefined()
  expect(after(['d', 'x']).act).toBeUndefined()
  expect(after(['d', 'y']).act).toEqual({ type: 'drain', drain: true, leave: false })
  expect(after(['d', 'l']).act).toEqual({ type: 'drain', drain: true, leave: true })
  expect(after(['s', 'y', 'a', 'c'])).toEqual({ ui: start })
})

test('tabs are reached by number and by Tab, round and round', () => {
  expect(after(['3']).ui.tab).toBe('tasks')
  expect(after(['TAB', 'TAB']).ui.tab).toBe('tasks')
  expect(after(['7', 'TAB']).ui.tab).toBe('turns')
})
