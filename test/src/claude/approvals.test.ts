/** What Claude may only do when somebody allows it, on the real CLI. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allow, follow, say, startRig, untilEvent } from './rig.ts'

test('an allowed tool runs, and is told from start to end', async () => {
  const { open, workspace } = await startRig()
  const session = await open()
  const asked: unknown[] = []
  const { events } = await follow(session.ask('!write notes.txt remember the milk'), (event) => {
    if (event.type !== 'approval') return
    asked.push(event.request)
    expect(session.decide(event.request.id, allow)).toBe(true)
    expect(session.decide(event.request.id, allow)).toBe(false)
  })
  expect(asked).toMatchObject([{ tool: 'Write', input: { content: 'remember the milk' } }])
  expect(await readFile(join(workspace, 'notes.txt'), 'utf8')).toBe('remember the milk')
  const tool = events.find((event) => event.type === 'tool')
  expect(tool).toMatchObject({ name: 'Write', input: { content: 'remember the milk' }, parent: undefined })
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'tool-result', id: tool?.type === 'tool' ? tool.id : '', ok: true }),
  )
})

test('what is allowed may be changed', async () => {
  const { open, workspace } = await startRig()
  const session = await open()
  await follow(session.ask('!write notes.txt milk'), (event) => {
    if (event.type !== 'approval') return
    session.decide(event.request.id, {
      behavior: 'allow',
      input: { ...event.request.input, content: 'oat milk' },
    })
  })
  expect(await readFile(join(workspace, 'notes.txt'), 'utf8')).toBe('oat milk')
})

test('a refused tool does not run, and Claude hears why', async () => {
  const { open, workspace } = await startRig()
  const session = await open()
  const result = await say(session, '!write notes.txt x', { behavior: 'deny', reason: 'not on a Friday' })
  expect(result.text).toContain('not on a Friday')
  expect(await readdir(workspace)).toEqual([])
})

test('a refusal may end the turn', async () => {
  const { open } = await startRig()
  const session = await open()
  const { fault } = await say(session, '!write notes.txt x', {
    behavior: 'deny',
    reason: 'no',
    interrupt: true,
  })
  expect(fault).toMatchObject({ code: 'interrupted', fatal: false })
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

test('what is remembered is remembered for this session alone, and written nowhere in the workspace', async () => {
  const { open, workspace } = await startRig()
  const session = await open()
  let approvals = 0
  const write = async (text: string): Promise<void> => {
    await follow(session.ask(text), (event) => {
      if (event.type !== 'approval') return
      approvals++
      const { id, suggestions } = event.request
      expect(suggestions.length).toBeGreaterThan(0)
      const toFile = suggestions.map((one) => Object.assign({}, one, { destination: 'localSettings' }))
      session.decide(id, { behavior: 'allow', remember: toFile })
    })
  }
  await write('!write one.txt x')
  await write('!write two.txt x')
  expect(approvals).toBe(1)
  expect((await readdir(workspace)).toSorted()).toEqual(['one.txt', 'two.txt'])
})

test('a stop withdraws the question', async () => {
  const { open } = await startRig()
  const session = await open()
  const { event, rest } = untilEvent(session.ask('!write notes.txt x'), 'approval')
  const { request } = await event
  await session.interrupt()
  const { events, result } = await rest
  expect(result.fault).toMatchObject({ code: 'interrupted', fatal: false })
  expect(events).toContainEqual({ type: 'approval-withdrawn', id: request.id })
  expect(session.decide(request.id, allow)).toBe(false)
})

test('a question to the user is answered through its input', async () => {
  const { open } = await startRig()
  const session = await open()
  const { result } = await follow(session.ask('!question Which? | Red | Blue'), (event) => {
    if (event.type !== 'approval') return
    expect(event.request.tool).toBe('AskUserQuestion')
    session.decide(event.request.id, {
      behavior: 'allow',
      input: { ...event.request.input, answers: { 'Which?': 'Blue' } },
    })
  })
  expect(result.text).toContain('Blue')
})
