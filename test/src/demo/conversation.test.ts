/** The shapes are those of requests that the CLI 2.1.329 sent. */
import { describe, expect, test } from 'vitest'
import type { RequestMessage } from '../../../src/demo/api.ts'
import { readConversation, type Conversation } from '../../../src/demo/conversation.ts'
import { writeSummary } from '../../../src/demo/wrapping.ts'

const user = (...texts: string[]): RequestMessage => ({
  role: 'user',
  content: texts.map((text) => ({ type: 'text', text })),
})
const use = (id: string, name: string): RequestMessage => ({
  role: 'assistant',
  content: [{ type: 'tool_use', id, name, input: { of: id } }],
})
const result = (id: string, content: string, ...texts: string[]): RequestMessage => ({
  role: 'user',
  content: [
    { type: 'tool_result', tool_use_id: id, content, is_error: false },
    ...texts.map((text) => ({ type: 'text' as const, text })),
  ],
})
const read = (...messages: RequestMessage[]): Conversation => readConversation({ model: 'm', messages })

describe('what people wrote', () => {
  test('is told from reminders around it', () => {
    const reminder = '<system-reminder>\nnot a word of theirs\n</system-reminder>\n'
    expect(read(user(reminder, 'one')).texts).toEqual(['one'])
    expect(
      read(user(`${reminder}one <system-reminder>two</system-reminder> three\n${reminder}`)).texts,
    ).toEqual(['one <system-reminder>two</system-reminder> three'])
  })

  test('is told from what the CLI says in their name', () => {
    const { texts } = read(
      user('one', '[Request interrupted by user]'),
      user('<local-command-caveat>…</local-command-caveat>', '<command-name>/context</command-name>'),
      user('<local-command-stdout>…</local-command-stdout>', 'two'),
      user(
        '[Your previous response had no visible output. Please continue and produce a user-visible response.]',
      ),
    )
    expect(texts).toEqual(['one', 'two'])
  })

  test('survives a compaction', () => {
    const summary = writeSummary(['my name is "Zoe"', 'two\nlines']).replace(
      /^[^]*<summary>|<\/summary>$/g,
      '',
    )
    const head = 'This session is being continued from a previous conversation that ran out of context.'
    const { texts, turn } = read(user(`${head}\n\nSummary:${summary}`), user('three'))
    expect(texts).toEqual(['my name is "Zoe"', 'two\nlines', 'three'])
    expect(turn.texts).toEqual(['three'])
  })
})

describe('the turn that is open', () => {
  test('begins at the last text and knows what came of its tools', () => {
    const { turn } = read(
      user('one'),
      use('a', 'Bash'),
      result('a', 'out'),
      user('two'),
      use('b', 'Read'),
      result('b', 'in'),
    )
    expect(turn.texts).toEqual(['two'])
    expect(turn.outcomes).toEqual([{ id: 'b', tool: 'Read', input: { of: 'b' }, failed: false, text: 'in' }])
  })

  test('goes on after a tool was searched for', () => {
    const { turn } = read(user('one'), use('a', 'ToolSearch'), result('a', 'found', 'Tool loaded.'))
    expect(turn.texts).toEqual(['one'])
    expect(turn.outcomes).toHaveLength(1)
  })

  test('takes up what was said while a tool ran', () => {
    const steered =
      'The user sent a new message while you were working:\nand this?\n\nThis is how Claude Code surfaces …'
    const { texts, turn } = read(user('one'), use('a', 'Bash'), result('a', 'out'), {
      role: 'system',
      content: steered,
    })
    expect(turn.texts).toEqual(['one', 'and this?'])
    expect(turn.outcomes).toHaveLength(1)
    expect(texts).toEqual(['one', 'and this?'])
  })

  test('is a background task that reports', () => {
    const report =
      '<system-reminder>\n[SYSTEM NOTIFICATION]\n<task-notification>…</task-notification>\n</system-reminder>'
    expect(read(user('one'), user(report)).turn).toEqual({ texts: [], background: true, outcomes: [] })
  })

  test('is a picture without words', () => {
    const picture: RequestMessage = { role: 'user', content: [{ type: 'image' }] }
    expect(read(user('!bash ls'), picture).turn).toEqual({ texts: [], background: false, outcomes: [] })
  })
})

test('plan mode is told from when the turn began, the file from the newest note', () => {
  const active =
    'Plan mode is active. …\nNo plan file exists yet. You should create your plan at /home/a b/plan.md using Write.'
  const on = read(user('!plan'), { role: 'system', content: active }, use('a', 'Write'), result('a', 'ok'))
  expect([on.planning(), on.planFile()]).toEqual([true, '/home/a b/plan.md'])
  const entered = read(user('!plan'), use('a', 'EnterPlanMode'), result('a', 'ok'), {
    role: 'system',
    content: active,
  })
  expect([entered.planning(), entered.planFile()]).toEqual([false, '/home/a b/plan.md'])
  const left = read(
    { role: 'system', content: active },
    { role: 'system', content: '## Exited Plan Mode\n\n…' },
    user('!plan'),
  )
  expect(left.planning()).toBe(false)
})
