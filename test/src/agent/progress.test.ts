import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Call } from '../../../src/agent/call.ts'
import { eventsBetween, nothingYet } from '../../../src/agent/progress.ts'
import { AgentError } from '../../../src/index.ts'
import type { ToolView, TurnView } from '../../../src/contract.ts'
import { eventsOf, textOf } from './rig.ts'

const states: readonly ToolView['state'][] = ['running', 'done', 'failed']

const aView: fc.Arbitrary<TurnView> = fc.record({
  markdown: fc.string({ unit: 'grapheme' }),
  tools: fc
    .array(fc.constantFrom(...states), { maxLength: 4 })
    .map((list) => list.map((state, index) => ({ id: `t${index}`, name: 'Bash', title: 'ls', state }))),
})

function text(markdown: string): TurnView {
  return { markdown, tools: [] }
}

test('whoever adds the events up has the newest view', () => {
  fc.assert(
    fc.property(fc.array(aView), (views) => {
      const steps = views.map((view, index) => eventsBetween(views[index - 1] ?? nothingYet, view))
      expect(textOf(steps.flat())).toBe(views.at(-1)?.markdown ?? '')
      const tools = new Map<string, ToolView>()
      for (const event of steps.flat()) if (event.type === 'tool') tools.set(event.tool.id, event.tool)
      for (const tool of views.at(-1)?.tools ?? []) expect(tools.get(tool.id)).toEqual(tool)
    }),
  )
})

test('nothing new is no event', () => {
  fc.assert(
    fc.property(aView, (view) => {
      expect(eventsBetween(view, structuredClone(view))).toEqual([])
    }),
  )
})

test('a tool ends, Claude writes about it, the next one starts', () => {
  const tool = { name: 'Bash', title: 'ls' }
  const before: TurnView = { markdown: 'First.', tools: [{ ...tool, id: 'a', state: 'running' }] }
  const tools: ToolView[] = [
    { ...tool, id: 'a', state: 'failed' },
    { ...tool, id: 'b', state: 'running' },
  ]
  expect(eventsBetween(before, { markdown: 'First. Hm.', tools, status: 'waiting' })).toEqual([
    { type: 'tool', tool: tools[0] },
    { type: 'text', delta: ' Hm.' },
    { type: 'tool', tool: tools[1] },
    { type: 'status', status: 'waiting' },
  ])
})

test('a tool that was quicker than the views is told to have started', () => {
  const tool: ToolView = { id: 'a', name: 'Bash', title: 'ls', state: 'done' }
  expect(eventsBetween(nothingYet, { markdown: 'Two files.', tools: [tool] })).toEqual([
    { type: 'tool', tool: { ...tool, state: 'running' } },
    { type: 'tool', tool },
    { type: 'text', delta: 'Two files.' },
  ])
})

test('text that starts over is void first', () => {
  expect(eventsBetween(text('Once upon'), text('It was'))).toEqual([
    { type: 'text-void' },
    { type: 'text', delta: 'It was' },
  ])
  expect(eventsBetween(text('Once upon'), text(''))).toEqual([{ type: 'text-void' }])
})

test('a slow reader is told the newest, not each of a thousand views', async () => {
  const call = new Call('m', 'ann')
  for (let words = 1; words <= 1000; words++) call.show({ markdown: 'word '.repeat(words), tools: [] })
  call.end({ text: 'word '.repeat(1001), figures: undefined })
  const events = await eventsOf(call.events())
  expect(events.map(({ type }) => type)).toEqual(['text', 'text', 'answer'])
  expect(textOf(events)).toBe('word '.repeat(1001))
})

test('an answer that differs from what was shown replaces it', async () => {
  const call = new Call('m', 'ann')
  call.show({ markdown: 'Hello', tools: [] })
  call.end({ text: '*A new session.*\n\nHello', figures: undefined })
  const events = await eventsOf(call.events())
  expect(events.map(({ type }) => type)).toEqual(['text', 'text-void', 'text', 'answer'])
  expect(textOf(events)).toBe('*A new session.*\n\nHello')
})

test('what was shown is told before the error, and the first end counts', async () => {
  const call = new Call('m', 'ann')
  call.show({ markdown: 'Half', tools: [] })
  call.end(new AgentError('cancelled', 'stopped'))
  call.end({ text: 'too late', figures: undefined })
  const events = call.events()
  expect(await events.next()).toEqual({ done: false, value: { type: 'text', delta: 'Half' } })
  await expect(events.next()).rejects.toMatchObject({ code: 'cancelled', message: 'stopped' })
})
