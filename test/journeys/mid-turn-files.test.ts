/** Files that come before their words, in bursts, and while Claude works. */
import { glob, readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { isList, untilListed } from '../rig/listed.ts'
import { picture } from '../rig/pictures.ts'
import { aProcess } from '../rig/processes.ts'

const withBash: ConfigInput = { claude: { allowedTools: ['Bash'] } }

function finals(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter((shown) => isFinal(shown) && !isList(shown))
}

/** A tool that runs until the test ends it: how fast the machine is does not matter. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

const png = { name: 'shot.png', content: picture('png') }
const gif = { name: 'second.gif', content: picture('gif') }

test('a picture first, then the question: one turn, and Claude sees both', async () => {
  const { chat, bot, model } = await startRig({ sessions: { burst: '20s' } })
  await chat.say('ann', '', { id: 'A', files: [png] })
  await chat.say('ann', '!say a shot', { id: 'B' })
  await chat.seeEnd('ann', /^a shot/)
  await bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply)).toMatchObject([{ ends: ['B'] }])
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('"media_type":"image/png"')
})

test('a picture of which no word follows is asked about by itself, after the time of a burst', async () => {
  const { chat, model } = await startRig({ sessions: { burst: '300ms' } })
  await chat.say('ann', '', { files: [png] })
  await chat.until(() => finals(chat, 'ann')[0])
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('"media_type":"image/png"')
})

test('something else ends the wait for words at once', async () => {
  const { chat, bot } = await startRig({ sessions: { burst: '10m' } })
  await chat.say('ann', '', { files: [png] })
  await chat.say('ann', '/model')
  await bot.idle()
  expect(finals(chat, 'ann')).toHaveLength(2)
})

test('/stop ends the wait for words', async () => {
  const { chat, bot, model } = await startRig({ sessions: { burst: '10m' } })
  await chat.say('ann', '', { files: [png] })
  await chat.say('ann', '/stop')
  await bot.idle()
  expect(finals(chat, 'ann').map(({ text }) => text)).toEqual(
    expect.arrayContaining([expect.stringContaining('Stopped'), expect.stringContaining('Stopping')]),
  )
  expect(model.requests).toEqual([])
})

test('a burst brings the files of all its messages, in order, each message with its own bounds', async () => {
  const { chat, dir, bot, model } = await startRig({ sessions: { burst: '20s' }, files: { maxCount: 1 } })
  await chat.say('ann', '', { files: [png] })
  await chat.say('ann', '', { files: [gif] })
  await chat.say('ann', '!say both', { files: [{ name: 'words.txt', content: 'x' }] })
  await chat.seeEnd('ann', /^both/)
  await bot.idle()
  const request = JSON.stringify(model.requests.at(-1)?.body)
  expect(request).toMatch(/shot\.png[^]*second\.gif[^]*words\.txt[^]*image\/png[^]*image\/gif/)
  for await (const inbox of glob(`${dir}/data/users/*/workspace/inbox`)) {
    expect((await readdir(inbox)).toSorted()).toEqual(['second.gif', 'shot.png', 'words.txt'])
  }
})

test('steered while a tool runs, a picture and then the question reach Claude in the same turn', async () => {
  const { chat, bot, model } = await startRig({ ...withBash, sessions: { midTurn: 'steer', burst: '1s' } })
  await chat.say('ann', sleeper, { id: 'A' })
  const tool = await aProcess(tail)
  await chat.say('ann', '', { id: 'B', files: [png] })
  await chat.say('ann', '!say a shot', { id: 'C', files: [{ name: 'words.txt', content: 'x' }] })
  await untilListed(chat, 'ann', /at work on[^]*a shot[^]*Nothing waits/)
  process.kill(tool.pid)
  await bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply)).toMatchObject([{ ends: ['B', 'C'] }])
  const request = JSON.stringify(model.requests.at(-1)?.body)
  expect(request).toMatch(/shot\.png[^]*image\/png[^]*!say a shot[^]*words\.txt/)
})

test('what is steered is admitted like any other message, and refused in words', async () => {
  const steering: ConfigInput = { ...withBash, sessions: { midTurn: 'steer' }, limits: { perMinute: 2 } }
  const { chat, bot, model } = await startRig(steering)
  await chat.say('ann', sleeper, { id: 'A' })
  const tool = await aProcess(tail)
  await chat.say('ann', '!say second', { id: 'B' })
  await chat.say('ann', '!say third', { id: 'C' })
  await chat.seeEnd('ann', /2 turns a minute/)
  process.kill(tool.pid)
  await bot.idle()
  const refused = finals(chat, 'ann').find(({ reply }) => reply.kind === 'text' && reply.outcome === 'failed')
  expect(refused?.key).toBe('scripted:C/answer')
  const answered = finals(chat, 'ann').find(({ key }) => key === 'scripted:A/answer')
  expect(answered?.reply).toMatchObject({ outcome: 'answered', ends: ['B'] })
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('!say third'))).toBe(false)
  // One turn was paid for, and nothing is left to be booked as dead.
  await expect.poll(() => bot.store.usage.open(), { timeout: 20_000 }).toEqual([])
  expect(await bot.store.usage.day('scripted:ann', new Date().toISOString().slice(0, 10))).toMatchObject({
    turns: 1,
    estimated: 0,
  })
})
