/** A terminal of the machine opens a session of the running bot. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import type { StandIn } from '../../src/demo/stand-in.ts'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { type Program, startProgramRig } from '../rig/program.ts'
import { type Ended, ended, parley, start } from '../src/cli/parley.ts'

interface Running {
  readonly dir: string
  readonly chat: FakeChat
  readonly model: StandIn
  readonly program: () => Program
  readonly attach: (as: string | undefined, input: string) => Promise<Ended>
}

async function running(access: ConfigInput['access'] = { allow: ['*'] }): Promise<Running> {
  const { dir, chat, model, start: program } = await startProgramRig({ access })
  const attach: Running['attach'] = (as, input) =>
    parley(['attach', ...(as === undefined ? [] : ['--as', as])], { dir, input })
  return { dir, chat, model, program, attach }
}

test('the session of a person goes on in the terminal and back in the chat, over a restart of the bot', async () => {
  const { dir, chat, program, attach } = await running()
  const first = program()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  const { code, out, err } = await attach(undefined, '!recall\nThe next is otter.\n')
  expect([code, out]).toEqual([0, expect.stringMatching(/1\..*The word is heron/)])
  expect(err).toContain('as scripted:ann')
  expect((await stat(join(dir, 'data/attach.sock'))).mode & 0o777).toBe(0o600)
  expect(await first.end()).toBe(0)

  const second = program()
  await chat.say('ann', '!recall')
  await chat.seeEnd('ann', /otter/)
  const again = await attach('scripted:ann', '/who\n')
  expect(again.out + again.err).toMatch(/You are `?scripted:ann`?, member/)
  // Nothing of it was written into the chat.
  expect(chat.in('ann')).toHaveLength(2)
  expect(await second.end()).toBe(0)
})

test('approvals are put to the terminal and decided there', async () => {
  const { chat, program, attach } = await running()
  program()
  await chat.say('ann', 'Hello.')
  await chat.seeEnd('ann', /./)
  const { code, out } = await attach('scripted:ann', '!write made.txt here\ny\n')
  expect([code, out]).toEqual([0, expect.stringContaining('made.txt')])
})

test('line separators that are no line feed go through the terminal and back', async () => {
  const { chat, program, attach } = await running()
  program()
  await chat.say('ann', 'Hello.')
  await chat.seeEnd('ann', /./)
  const { code, out } = await attach('scripted:ann', '!say one\u2028two\u2029three\n')
  expect([code, out]).toEqual([0, expect.stringMatching(/one.two.three/su)])
})

test('it says whom it may speak for, and that no bot runs', async () => {
  const { chat, program, attach } = await running({ allow: ['scripted:ann', 'scripted:bob'] })
  const none = await attach('scripted:ann', '')
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('No bot runs on this data')])
  program()
  for (const user of ['ann', 'bob']) await chat.say(user, '/status')
  const several = await attach(undefined, '')
  expect([several.code, several.err]).toEqual([1, expect.stringContaining('Several people')])
  const stranger = await attach('scripted:eve', '')
  expect([stranger.code, stranger.err]).toEqual([1, expect.stringContaining('scripted:eve may not talk')])
})

test('a terminal that leaves in mid-turn holds nothing up; one whose bot stops is told', async () => {
  const { dir, chat, model, program } = await running()
  const bot = program()
  await chat.say('ann', 'Hello.')
  await chat.seeEnd('ann', /./)
  const leaving = start(['attach'], { dir }, 'pipe')
  leaving.stdin?.write('!slow 60 20\n')
  await vi.waitFor(() => expect(model.requests.at(-1)?.lastUserText).toContain('!slow'), { timeout: 20_000 })
  leaving.kill('SIGKILL')
  await ended(leaving)
  await chat.say('ann', '/stop')
  await chat.say('ann', '!say still here')
  await chat.seeEnd('ann', /^still here$/)

  const told = start(['attach'], { dir }, 'pipe')
  assert(told.stderr !== null)
  const closed = once(told, 'close')
  const said: string[] = []
  told.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  await once(told.stderr, 'data')
  expect(await bot.end()).toBe(0)
  await closed
  expect([told.exitCode, said.join('')]).toEqual([1, expect.stringContaining('The bot has stopped')])
})

test('status tells how the bot is, and scripts by its exit code', async () => {
  const { dir, chat, program } = await running()
  const asks = (...more: string[]): Promise<Ended> => parley(['status', ...more], { dir, input: '' })
  expect(await asks()).toMatchObject({ code: 3, out: expect.stringContaining('no bot runs on') })
  const bot = program()
  await chat.say('ann', 'Hello.')
  await chat.seeEnd('ann', /./)
  const well = await asks()
  expect([well.code, well.out]).toEqual([0, expect.stringContaining(`runs as process ${bot.child.pid}`)])
  expect(well.out).toMatch(/✓ the store can be read\n✓ the queue can be read: 0 turns run, 0 messages wait/)
  const { running: runs, pid, findings } = JSON.parse((await asks('--json')).out)
  expect([runs, pid, findings.length]).toEqual([true, bot.child.pid, 3])
  await bot.kill()
  // Its socket is still there.
  expect(JSON.parse((await asks('--json')).out)).toEqual({ running: false })
  expect((await asks()).code).toBe(3)
})
