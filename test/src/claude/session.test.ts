/** One CLI process, turn by turn, on the real CLI. */
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TurnResult } from '../../../src/claude/turn.ts'
import { follow, say, startRig } from './rig.ts'

test('two turns in one process, and the second remembers the first', async () => {
  const { open } = await startRig()
  const session = await open()
  const { events, result } = await follow(session.ask('my name is Zoe'))
  expect(events[0]).toMatchObject({ type: 'started', sessionId: session.id })
  expect(events.at(-1)).toEqual({ type: 'result', result })
  expect(result.fault).toBeUndefined()
  const { pid } = session
  expect((await say(session, 'what is my name?')).text).toBe('Your name is Zoe.')
  expect(session).toMatchObject({ pid, alive: true })
})

test('text comes in pieces, and then whole', async () => {
  const { open } = await startRig()
  const { events, result } = await follow((await open()).ask('!slow 0.3 6'))
  const deltas = events.flatMap((event) => (event.type === 'text' ? [event.delta] : []))
  expect(deltas.length).toBeGreaterThan(2)
  expect(deltas.join('')).toBe(result.text)
  expect(events.filter((event) => event.type === 'text-block')).toEqual([
    { type: 'text-block', text: result.text },
  ])
})

test('a resumed session remembers, under the same id, and costs what the turn costs', async () => {
  const { open } = await startRig()
  const first = await open()
  const told = await say(first, 'my name is Zoe')
  const second = await say(first, 'hello')
  await first.close()
  expect(first.alive).toBe(false)

  const resumed = await open({ sessionId: first.id, resume: true })
  const asked = await say(resumed, 'what is my name?')
  expect(asked.text).toBe('Your name is Zoe.')
  expect(asked.sessionId).toBe(told.sessionId)
  for (const result of [told, second, asked]) {
    expect(result.costUsd).toBeGreaterThan(0)
    expect(result.usage.input).toBeGreaterThan(0)
  }
  // Not the sum of all turns: the next one costs about as much as the one before.
  const after = await say(resumed, 'hello again')
  expect(after.costUsd).toBeLessThan(asked.costUsd * 2)
})

test('an unknown session is told as such', async () => {
  const { open } = await startRig()
  await expect(open({ sessionId: randomUUID(), resume: true })).rejects.toMatchObject({
    name: 'ClaudeError',
    code: 'unknown-session',
    message: expect.stringContaining('/new'),
  })
})

test('a session id that exists is told as such', async () => {
  const { open } = await startRig()
  const session = await open()
  await say(session, 'hello')
  await session.close()
  await expect(open({ sessionId: session.id })).rejects.toMatchObject({ code: 'session-in-use' })
})

test('arguments that the CLI refuses are told in its words', async () => {
  const { open } = await startRig()
  await expect(open({ claude: { maxBudgetUsd: -1 } })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/max-budget-usd[^]*`claude` block/),
  })
  await expect(open({ sessionId: '--version', resume: true })).rejects.toMatchObject({ code: 'config' })
})

test('without a login the turn says who has to do what', async () => {
  const { open } = await startRig()
  const session = await open({ claude: { env: { ANTHROPIC_API_KEY: '' } } })
  const { text, fault } = await say(session, 'hello')
  expect(fault).toMatchObject({ code: 'not-logged-in', message: expect.stringContaining('setup-token') })
  expect(text).toBe('')
})

test("the machine's own login is used where it lies", async () => {
  const { open, dir, standIn } = await startRig()
  const operator = join(dir, 'operator')
  await mkdir(join(operator, '.claude'), { recursive: true })
  const claudeAiOauth = {
    accessToken: 'sk-ant-oat01-made-up',
    refreshToken: 'sk-ant-ort01-made-up',
    expiresAt: Date.now() + 3_600_000,
    scopes: ['user:inference'],
    subscriptionType: 'max',
  }
  await writeFile(join(operator, '.claude', '.credentials.json'), JSON.stringify({ claudeAiOauth }))
  const session = await open({
    environment: { PATH: process.env.PATH, HOME: operator },
    claude: { env: { ANTHROPIC_API_KEY: '' } },
  })
  expect((await say(session, 'hello')).fault).toBeUndefined()
  expect(standIn.requests.at(-1)?.headers.authorization).toBe('Bearer sk-ant-oat01-made-up')
})

test('a command of the CLI works, and /clear changes the id of the session', async () => {
  const { open } = await startRig()
  const session = await open()
  await say(session, 'my name is Zoe')
  const context = await follow(session.command('/context'))
  expect(context.result.text).toContain('Context Usage')
  expect(context.result.fault).toBeUndefined()
  const before = session.id
  const { result } = await follow(session.command('/clear'))
  expect(result).toMatchObject({ text: '', sessionId: session.id })
  expect(session.id).not.toBe(before)
  expect((await say(session, '!recall')).text).not.toContain('Zoe')
})

test('compacting is told, and the session goes on', async () => {
  const { open } = await startRig()
  const session = await open()
  await say(session, 'my name is Zoe')
  await say(session, 'hello')
  const { events, result } = await follow(session.command('/compact'))
  expect(events).toContainEqual({ type: 'compacting' })
  expect(result.fault).toBeUndefined()
  expect((await say(session, 'what is my name?')).text).toBe('Your name is Zoe.')
})

test('model and permission mode change between turns, as the options say to begin with', async () => {
  const { open, standIn } = await startRig()
  const session = await open({ model: 'claude-sonnet-5', permissionMode: 'acceptEdits' })
  const modelOf = async (text: string): Promise<string | undefined> => {
    await say(session, text)
    return standIn.requests.findLast((request) => request.lastUserText === text)?.model
  }
  expect(await modelOf('one')).toBe('claude-sonnet-5')
  await session.setModel('claude-haiku-4-5')
  expect(await modelOf('two')).toBe('claude-haiku-4-5')
  await session.setModel(undefined)
  expect(await modelOf('three')).toBe('claude-sonnet-5')

  await session.setPermissionMode('default')
  const { events } = await follow(session.ask('!write a.txt x'), (event) => {
    if (event.type === 'approval') session.decide(event.request.id, { behavior: 'deny', reason: 'no' })
  })
  expect(events.some((event) => event.type === 'approval')).toBe(true)
  await expect(session.setPermissionMode('bypassPermissions')).rejects.toMatchObject({ name: 'ClaudeError' })
})

test('a changed system prompt is honoured when a session is resumed', async () => {
  const { open, standIn } = await startRig()
  const first = await open({ claude: { appendSystemPrompt: 'Speak like a pirate.' } })
  await say(first, 'hello')
  expect(standIn.requests.at(-1)?.system).toContain('pirate')
  await first.close()
  const second = await open({
    sessionId: first.id,
    resume: true,
    claude: { appendSystemPrompt: 'Speak like a poet.' },
  })
  await say(second, 'hello')
  expect(standIn.requests.at(-1)?.system).toContain('poet')
  expect(standIn.requests.at(-1)?.system).not.toContain('pirate')
})

test("a background task's result does not end the user's turn", async () => {
  const { open } = await startRig()
  const session = await open({ permissionMode: 'bypassPermissions' })
  const reports: TurnResult[] = []
  const reported = new Promise<void>((resolve) => {
    session.onBackground((events) => {
      void (async () => {
        for await (const event of events) if (event.type === 'result') reports.push(event.result)
        resolve()
      })()
    })
  })
  await say(session, '!background 1')
  const { result } = await follow(session.ask('!slow 2 8\n!say the end of my turn'))
  expect(result.text).toContain('the end of my turn')
  await reported
  expect(reports).toHaveLength(1)
  expect(reports[0]?.fault).toBeUndefined()
  expect(reports[0]?.text).not.toContain('the end of my turn')
})

test('steps and money are bounded; only the spent budget ends the session', async () => {
  const { open } = await startRig()
  const few = await open({ permissionMode: 'bypassPermissions', claude: { maxTurns: 1 } })
  expect((await say(few, '!bash echo one')).fault).toMatchObject({ code: 'max-turns', fatal: false })
  expect((await say(few, 'hello')).fault).toBeUndefined()

  const poor = await open({ claude: { maxBudgetUsd: 0.000001 } })
  const fault = (await say(poor, 'hello')).fault ?? (await say(poor, 'hello')).fault
  expect(fault).toMatchObject({ code: 'max-budget', fatal: true, message: expect.stringContaining('/new') })
  expect(poor.alive).toBe(false)
})

test('one turn at a time, and none after the end', async () => {
  const { open } = await startRig()
  const session = await open()
  const running = follow(session.ask('!slow 0.2'))
  expect(() => session.ask('hello')).toThrow('one at a time')
  await running
  await session.close()
  await session.close()
  const { result } = await follow(session.ask('hello'))
  expect(result.fault).toMatchObject({ code: 'died', fatal: true })
  await expect(session.setModel('x')).rejects.toMatchObject({ name: 'ClaudeError' })
})

test('an aborted signal closes it, and keeps it from being opened', async () => {
  const { open } = await startRig()
  const abort = new AbortController()
  const session = await open({ signal: abort.signal })
  const running = follow(session.ask('!slow 20'))
  abort.abort(new Error('shutting down'))
  expect((await running).result.fault).toMatchObject({ code: 'interrupted', fatal: true })
  expect(session.alive).toBe(false)
  await expect(open({ signal: abort.signal })).rejects.toThrow('shutting down')
})
