/** What goes wrong in a turn, on the real CLI: faults of the API, stops, death, silence. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Session } from '../../../src/claude/turn.ts'
import { commandsWith } from './processes.ts'
import { follow, say, startRig, untilEvent } from './rig.ts'

test('an overloaded API is tried again, and that is told', async () => {
  const { open } = await startRig()
  const { events, result } = await follow((await open()).ask('!error 529 2'))
  expect(events.filter((event) => event.type === 'api-retry')).toMatchObject([
    { attempt: 1, of: 2, status: 529 },
    { attempt: 2, of: 2, status: 529 },
  ])
  expect(result.fault).toBeUndefined()
  expect(result.text).not.toBe('')
})

test.each([
  [400, 'api-error', 'Try again'],
  [401, 'api-auth', 'checks the key'],
  [403, 'api-auth', 'checks the key'],
  [429, 'api-limit', 'Wait a little'],
  [500, 'api-error', 'Try again'],
  [529, 'api-overloaded', 'overloaded'],
])('an API that answers %i is told in words, and the next turn works', async (status, code, words) => {
  const { open } = await startRig()
  const session = await open({ claude: { env: { CLAUDE_CODE_MAX_RETRIES: '0' } } })
  const { text, fault } = await say(session, `!error ${status}`)
  expect(fault).toMatchObject({ code, fatal: false, message: expect.stringContaining(words) })
  expect(text).toBe('')
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

test.each([401, 403])('a login that is refused (%i) is not tried for minutes', async (status) => {
  const { open } = await startRig()
  const session = await open({ claude: { env: { CLAUDE_CODE_MAX_RETRIES: '10' } } })
  const { events, result } = await follow(session.ask(`!error ${status}`))
  expect(result.fault).toMatchObject({ code: 'api-auth', message: expect.stringContaining('checks the key') })
  expect(events.filter(({ type }) => type === 'api-retry').length).toBeLessThanOrEqual(2)
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

test('an API that cannot be reached is told in words', async () => {
  const { open } = await startRig()
  const env = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_MAX_RETRIES: '0' }
  const { fault } = await say(await open({ claude: { env } }), 'hello')
  expect(fault).toMatchObject({ code: 'api-error', message: expect.stringMatching(/refused/i) })
})

test('a connection that drops in mid-text starts the text over', async () => {
  const { open } = await startRig()
  const { events, result } = await follow((await open()).ask('!drop\n!say all of it'))
  expect(result.fault).toBeUndefined()
  // What stands after every event: deltas added, voided, and replaced by the whole.
  let shown = ''
  for (const event of events) {
    if (event.type === 'text') shown += event.delta
    if (event.type === 'text-void') shown = ''
    if (event.type === 'text-block') shown = event.text
  }
  expect(shown).toBe(result.text)
})

test('a stop in mid-text keeps what was said, and the session goes on', async () => {
  const { open } = await startRig()
  const session = await open()
  const { event, rest } = untilEvent(session.ask('!slow 30 300'), 'text')
  await event
  await session.interrupt()
  const { result } = await rest
  expect(result.fault).toMatchObject({ code: 'interrupted', fatal: false })
  expect(result.text).not.toBe('')
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

test('a stop right after the question, before the CLI has taken it up, stops it too', async () => {
  const { open } = await startRig()
  const session = await open()
  const running = follow(session.ask('!slow 30'))
  await session.interrupt()
  expect((await running).result.fault).toMatchObject({ code: 'interrupted', fatal: false })
  await session.interrupt()
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

/** Starts a turn that runs two endless commands, one in a session of its own; resolves when both run. */
async function busy(session: Session, dir: string): Promise<{ rest: ReturnType<typeof follow> }> {
  const [one, two] = [join(dir, 'one'), join(dir, 'two')]
  const { event, rest } = untilEvent(
    session.ask(`!bash touch ${one} ${two}; setsid tail -f ${one} & tail -f ${two}`),
    'tool',
  )
  await event
  await until(async () => (await tails(dir)).length === 2)
  return { rest }
}

async function tails(dir: string): Promise<string[]> {
  return (await commandsWith(`tail -f ${dir}`)).filter((command) => command.startsWith('tail'))
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20)
}

test('a stop ends a command with all that it started', async () => {
  const { open, dir } = await startRig()
  const session = await open({ permissionMode: 'bypassPermissions' })
  const { rest } = await busy(session, dir)
  await session.interrupt()
  expect((await rest).result.fault).toMatchObject({ code: 'interrupted', fatal: false })
  await until(async () => (await tails(dir)).length === 0)
  expect((await say(session, 'hello')).fault).toBeUndefined()
})

test('closing in mid-turn ends the commands too, and the turn is told as stopped', async () => {
  const { open, dir } = await startRig()
  const session = await open({ permissionMode: 'bypassPermissions' })
  const { rest } = await busy(session, dir)
  await session.close()
  expect(await tails(dir)).toEqual([])
  expect((await rest).result.fault).toMatchObject({ code: 'interrupted', fatal: true })
})

test('when the CLI is killed in mid-turn the turn says so, and nothing of it goes on', async () => {
  const { open, dir } = await startRig()
  const session = await open({ permissionMode: 'bypassPermissions' })
  const { rest } = await busy(session, dir)
  process.kill(session.pid, 'SIGKILL')
  const { fault } = (await rest).result
  expect(fault).toMatchObject({ code: 'died', fatal: true })
  expect(fault?.message).toMatch(/Send the message again.*SIGKILL/)
  expect(session.alive).toBe(false)
  expect(await tails(dir)).toEqual([])

  const resumed = await open({ sessionId: session.id, resume: true })
  expect((await say(resumed, '!recall')).text).toContain('tail -f')
})

test('what a killed Parley left at work is ended before its session is resumed', async () => {
  const { open, dir } = await startRig()
  const lost = await open({ permissionMode: 'bypassPermissions' })
  const { rest } = await busy(lost, dir)
  const next = await open({ sessionId: lost.id, resume: true })
  expect(await tails(dir)).toEqual([])
  expect((await rest).result.fault).toMatchObject({ code: 'died' })
  expect((await say(next, 'hello')).fault).toBeUndefined()
})

test('an answer that falls silent is given up, and the session can be resumed', async () => {
  const { open } = await startRig()
  const session = await open({ claude: { silence: 800 } })
  const { fault } = await say(session, '!stall')
  expect(fault).toMatchObject({ code: 'silent', fatal: true })
  expect(session.alive).toBe(false)
  const resumed = await open({ sessionId: session.id, resume: true })
  expect((await say(resumed, 'hello')).fault).toBeUndefined()
})

test('a command or an approval that takes its time is no silence', async () => {
  const { open } = await startRig()
  const session = await open({ claude: { silence: 700 } })
  const { event, rest } = untilEvent(session.ask('!bash touch x; sleep 1.5; echo awake'), 'approval')
  const { request } = await event
  await sleep(1200)
  session.decide(request.id, { behavior: 'allow' })
  const { result } = await rest
  expect(result.fault).toBeUndefined()
  expect(result.text).toContain('awake')
})

test('a turn that takes longer than allowed is stopped, and the session goes on', async () => {
  const { open } = await startRig()
  // Long enough for the first words on a busy machine, and shorter than the answer.
  const session = await open({ claude: { timeout: 4_000 } })
  const { text, fault } = await say(session, '!slow 60 300')
  expect(fault).toMatchObject({ code: 'timeout', fatal: false, message: expect.stringContaining('go on') })
  expect(text).not.toBe('')
  expect((await say(session, 'hello')).fault).toBeUndefined()
})
