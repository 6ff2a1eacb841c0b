/** What the real CLI cannot be made to do: a fake one does it. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { locate } from '../../../src/claude/locate.ts'
import type { Session } from '../../../src/claude/turn.ts'
import { testDir } from '../../rig/dir.ts'
import { follow, say, startRig } from './rig.ts'

const command = fileURLToPath(new URL('fake-cli.mjs', import.meta.url))

type Rig = Awaited<ReturnType<typeof startRig>>

/** A fake CLI that misbehaves in one way. */
async function openFake(
  how: string,
  limits: { silence?: number; timeout?: number } = {},
): Promise<Rig & { session: Session }> {
  const rig = await startRig()
  const session = await rig.open({ claude: { command, env: { FAKE: how }, ...limits } })
  return { ...rig, session }
}

test('lines that are not of the protocol are logged and skipped', async () => {
  const { session, logged } = await openFake('garbage')
  const { text, fault } = await say(session, 'hello')
  expect({ text, fault }).toEqual({ text: 'fine', fault: undefined })
  expect(logged.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toEqual([
    { chars: 19 },
    { chars: 5 },
    { chars: 13 },
  ])
})

test('a turn that brings nothing but such lines falls silent', async () => {
  const { session } = await openFake('chatter', { silence: 300 })
  expect((await say(session, 'hello')).fault).toMatchObject({ code: 'silent', fatal: true })
})

test('a line of 10 MB passes, one of 65 MB is skipped', async () => {
  const { session } = await openFake('large')
  expect((await say(session, 'hello')).text).toHaveLength(10 * 1024 * 1024)
  const other = await openFake('too-large')
  expect((await say(other.session, 'hello')).text).toBe('fine')
  expect(other.logged).toContainEqual({
    level: 'warn',
    fields: { bytes: 65 * 1024 * 1024 },
    message: 'a line of the Claude CLI is too long, skipped',
  })
})

test('unknown types and fields pass through, and are logged once', async () => {
  const { session, logged } = await openFake('unknown')
  expect(await say(session, 'hello')).toMatchObject({ text: 'fine', costUsd: 0, usage: { input: 0 } })
  await say(session, 'hello')
  const names = logged.map(({ fields }) => ('name' in fields ? fields.name : undefined))
  expect(names.filter((name) => name !== undefined)).toEqual(['hologram', 'system/weather', 'assistant'])
})

test('one that falls silent is ended', async () => {
  const { session } = await openFake('silent', { silence: 300 })
  expect((await say(session, 'hello')).fault).toMatchObject({ code: 'silent', fatal: true })
  expect(session.alive).toBe(false)
  await session.close()
})

test('one that does not stop when its time is over is ended, and the turn does not wait for ever', async () => {
  const { session } = await openFake('deaf', { timeout: 300 })
  const { fault } = await say(session, 'hello')
  expect(fault).toMatchObject({ code: 'timeout', fatal: true })
  await session.close()
  expect(() => process.kill(session.pid, 0)).toThrow('ESRCH')
})

test('one that ignores every request to end is killed', async () => {
  const { session } = await openFake('deaf')
  const running = follow(session.ask('hello'))
  await session.close()
  expect((await running).result.fault).toMatchObject({ code: 'interrupted', fatal: true })
  expect(() => process.kill(session.pid, 0)).toThrow('ESRCH')
})

test.each([
  ['dies', /exit code 3: out of cheese/],
  ['half-line', /exit code 3/],
])('one that ends in mid-turn (%s) is told with its last words', async (how, words) => {
  const { session } = await openFake(how)
  const { fault } = await say(session, 'hello')
  expect(fault).toMatchObject({ code: 'died', fatal: true, message: expect.stringMatching(words) })
})

test('a question that it takes back needs no answer, and one that we do not know gets an error', async () => {
  const { session } = await openFake('retracts')
  const { events, result } = await follow(session.ask('hello'))
  expect(events.map((event) => event.type)).toEqual([
    'started',
    'approval',
    'approval-withdrawn',
    'text-block',
    'result',
  ])
  expect(session.decide('q1', { behavior: 'allow' })).toBe(false)
  expect(result.text).toBe('error: Parley does not support "elicitation"')
})

test('what it refuses is told in its words', async () => {
  const { session } = await openFake('')
  await expect(session.setModel('x')).rejects.toThrow('not today')
})

test('a version that is too old is refused with what to do', async () => {
  const dir = await testDir('old-')
  await mkdir(join(dir, 'bin'))
  const old = join(dir, 'bin', 'claude')
  await copyFile(command, old)
  await expect(locate(old)).rejects.toMatchObject({
    code: 'too-old',
    message: expect.stringMatching(/1\.0\.88.*2\.1\.197 or newer.*Update it/),
  })
})
