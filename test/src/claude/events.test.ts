import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { advance, noProgress, textOf } from '../../../src/claude/events.ts'
import { parseLine } from '../../../src/claude/protocol.ts'
import type { TurnEvent } from '../../../src/claude/turn.ts'

/** The events and the text of a turn that consists of these lines. */
function run(lines: readonly object[]): { events: TurnEvent[]; text: string } {
  let progress = noProgress
  const events: TurnEvent[] = []
  for (const line of lines) {
    const message = parseLine(JSON.stringify(line))
    if (message === undefined) throw new Error('not a line of the CLI')
    const [next, told] = advance(progress, message)
    progress = next
    events.push(...told)
  }
  return { events, text: textOf(progress) }
}

const stream = (event: object, parent: string | null = null): object => ({
  type: 'stream_event',
  parent_tool_use_id: parent,
  event,
})
const start = stream({ type: 'message_start', message: {} })
const delta = (text: string, parent: string | null = null): object =>
  stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }, parent)
const block = (content: object, rest: object = {}): object => ({
  type: 'assistant',
  parent_tool_use_id: null,
  message: { model: 'claude-opus-5-5', content: [content] },
  ...rest,
})
const words = (text: string): object => ({ type: 'text', text })
const toolResult = (content: unknown, rest: object = {}): object => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content, ...rest }] },
})
const success = (result: string): object => ({ type: 'result', subtype: 'success', is_error: false, result })

/** What stands in the chat after the events: deltas added, voided, replaced. */
function shown(events: readonly TurnEvent[]): string {
  const blocks: string[] = []
  let draft = ''
  for (const event of events) {
    if (event.type === 'text') draft += event.delta
    if (event.type === 'text-void' || event.type === 'text-block') draft = ''
    if (event.type === 'text-block') blocks.push(event.text)
  }
  return [...blocks, ...(draft === '' ? [] : [draft])].join('\n\n')
}

test('what is shown ends as what was said, whatever deltas were lost, repeated or torn', () => {
  const message = fc.record({
    text: fc.string({ minLength: 1 }),
    // How far the stream got in each try that broke off.
    torn: fc.array(fc.nat(), { maxLength: 3 }),
    streamed: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(message), (messages) => {
      const lines = messages.flatMap(({ text, torn, streamed }) => [
        ...torn.flatMap((end) => [
          start,
          ...text
            .slice(0, end % text.length)
            .split('')
            .map((char) => delta(char)),
        ]),
        start,
        ...(streamed ? [delta(text)] : []),
        block(words(text)),
      ])
      const { events, text } = run([...lines, success('')])
      expect(text).toBe(messages.map((one) => one.text).join('\n\n'))
      expect(shown(events)).toBe(text)
    }),
  )
})

test("a subagent's words are not the turn's, its tools are told with their parent", () => {
  const { events, text } = run([
    delta('secret', 't1'),
    block(words('secret'), { parent_tool_use_id: 't1' }),
    block(
      { type: 'tool_use', id: 't2', name: 'Bash', input: { command: 'ls' } },
      { parent_tool_use_id: 't1' },
    ),
    block(words('done')),
  ])
  expect(text).toBe('done')
  expect(events).toEqual([
    { type: 'tool', id: 't2', name: 'Bash', input: { command: 'ls' }, parent: 't1' },
    { type: 'text-block', text: 'done' },
  ])
})

test('results of tools are text, whatever they are made of', () => {
  const { events } = run([
    toolResult('plain'),
    toolResult([words('one'), { type: 'image', source: {} }, words('two')]),
    toolResult(undefined, { is_error: true }),
  ])
  expect(events).toEqual([
    { type: 'tool-result', id: 't', ok: true, text: 'plain' },
    { type: 'tool-result', id: 't', ok: true, text: 'one\ntwo' },
    { type: 'tool-result', id: 't', ok: false, text: '' },
  ])
})

test('output of a command is told when its result confirms it', () => {
  const output = (text: string): object => ({
    type: 'assistant',
    parent_tool_use_id: null,
    message: { model: '<synthetic>', content: [words(text)] },
  })
  expect(run([output('## Context'), success('## Context')]).text).toBe('## Context')
  expect(run([output('old output'), output('Compacted'), success('Compacted')]).text).toBe('Compacted')
  expect(run([output('(no content)'), success('')]).text).toBe('')
  // The words of an error come with the fault, not as Claude's.
  expect(run([block(words('API Error: 529'), { error: 'overloaded' }), success('')]).text).toBe('')
})

test('retries, thinking and compacting are told', () => {
  const retry = {
    type: 'system',
    subtype: 'api_retry',
    attempt: 1,
    max_retries: 4,
    retry_delay_ms: 523.4,
    error_status: null,
  }
  const { events } = run([
    { type: 'system', subtype: 'status', status: 'compacting' },
    { type: 'system', subtype: 'status', status: null },
    stream({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
    retry,
    { ...retry, attempt: 2, error_status: 529 },
  ])
  expect(events).toEqual([
    { type: 'compacting' },
    { type: 'thinking' },
    { type: 'api-retry', attempt: 1, of: 4, status: undefined, inMs: 523 },
    { type: 'api-retry', attempt: 2, of: 4, status: 529, inMs: 523 },
  ])
})
