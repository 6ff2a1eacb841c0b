/** A live conversation goes on in another chat. */
import { rename, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { linkUp, secondChat, startBoth } from '../rig/both.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

const withBash: ConfigInput = { claude: { allowedTools: ['Bash'] } }

/** Long enough for a slow machine to do something meanwhile. */
const long = '!slow 12 60'
/** A tool that runs until the test ends it. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

/** The answers to what was said, without those to commands. */
function answers(chat: FakeChat, channel: string): Shown[] {
  return chat
    .in(channel)
    .filter((shown) => isFinal(shown) && shown.reply.kind === 'text' && shown.reply.tone === 'answer')
}

test('the running turn and what waits behind it are answered where /handoff is typed; the old chat says where it went', async () => {
  const both = await startBoth(withBash)
  const { chat, other, bot } = both
  await linkUp(both)
  await chat.say('ann', long, { id: 'A' })
  await chat.see('ann', /word1/)
  await chat.say('ann', '!say second', { id: 'B' })
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /goes on here\. Moved here: 2 messages/)
  await chat.see('ann', /Goes on in your chat on `second`/)
  await other.seeEnd('anna', /word60/)
  await other.seeEnd('anna', /^second$/)
  await bot.idle()
  expect(answers(chat, 'ann')).toEqual([])
  expect(chat.in('ann').filter(({ text }) => /word\d/.test(text))).toEqual([])
  expect(answers(other, 'anna')).toHaveLength(2)
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /here already/)
  // Whoever writes in the old chat again is answered there.
  await chat.say('ann', '!say here again')
  await chat.seeEnd('ann', /^here again$/)
})

test('a pending approval is asked in the new chat; the old one says so, and either press counts once', async () => {
  const both = await startBoth()
  const { chat, other } = both
  await linkUp(both)
  await chat.say('ann', '!write hello.txt hi')
  const old = await chat.seePrompt('ann')
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /1 message and 1 open question/)
  const prompt = await other.seePrompt('anna')
  await chat.see('ann', ({ reply }) => reply.kind === 'prompt' && /`second`/.test(reply.settled?.label ?? ''))
  await both.restart()
  expect(await other.press('anna', prompt, 'once')).toBe('accepted')
  await other.seeEnd('anna', /hello\.txt/)
  expect(await chat.press('ann', old, 'once')).toBe('duplicate')
  await both.bot.idle()
  expect(answers(chat, 'ann')).toEqual([])
  expect(answers(other, 'anna')).toHaveLength(1)
})

test('what Claude asks and sends after the handoff comes to the new chat', async () => {
  const both = await startBoth(withBash)
  const { chat, other, bot } = both
  await linkUp(both)
  const send = '!tool mcp__chat__send_message {"text":"half way"}'
  await chat.say('ann', `${sleeper}\n${send}\n!write hello.txt hi`)
  const tool = await aProcess(tail)
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /1 message/)
  process.kill(tool.pid)
  await other.see('anna', /^half way$/)
  await other.press('anna', await other.seePrompt('anna'), 'once')
  await other.seeEnd('anna', /hello\.txt/)
  await bot.idle()
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')).toEqual([])
})

test('kill -9 in the middle of what was handed off: it is answered in the new chat, once', async () => {
  const { other, adapters } = await secondChat()
  const { chat, start } = await startProgramRig({ ...withBash, adapters })
  const before = start()
  await linkUp({ chat, other })
  await chat.say('ann', long)
  await chat.see('ann', /word1/)
  await chat.say('ann', '!say second')
  await other.say('anna', '/handoff')
  await other.see('anna', /word/)
  before.child.kill('SIGKILL')
  await before.ended()
  const after = start()
  await other.seeEnd('anna', /word60/)
  await other.seeEnd('anna', /^second$/)
  await chat.see('ann', /Goes on in your chat/)
  expect(answers(chat, 'ann')).toEqual([])
  expect(answers(other, 'anna')).toHaveLength(2)
  after.child.kill('SIGTERM')
  expect(await after.ended()).toBe(0)
})

test.each(['thread', 'channel'] as const)(
  'scope %s: the session of a shared chat goes on in a direct one, for whoever asks, in one order, until it is fetched back',
  async (scope) => {
    const rig = await startRig({ ...withBash, sessions: { scope } })
    const { chat } = rig
    const there = { channel: 'town', thread: 't1' }
    await chat.say('ann', 'please\n!say The word is heron.', there)
    await chat.seeEnd('town', /heron/)
    await chat.say('ann', 'own\n!say The word is otter.')
    await chat.seeEnd('ann', /otter/)
    await chat.say('ann', 'and\n!bash tail --follow /dev/null', there)
    const tool = await aProcess(tail)
    await chat.say('ann', '/handoff')
    await chat.seeEnd('ann', /goes on here/)
    // Strictly behind what was moved, though it is written elsewhere.
    await chat.say('ann', '!recall')
    process.kill(tool.pid)
    const recalled = await chat.seeEnd('ann', /heron[^]*tail[^]*!recall/)
    expect(recalled.text).not.toContain('otter')
    expect(answers(chat, 'ann').map(({ text }) => text.includes('tail'))).toEqual([false, true, true])
    await rig.restart()
    await chat.say('ann', 'one more\n!say second')
    await chat.seeEnd('ann', /^second$/)
    // The others in the shared chat go on in it, with the same session.
    await chat.say('bob', 'and\n!recall', there)
    await chat.seeEnd('town', /heron[^]*!say second/)
    // Nobody else is taken along.
    await chat.say('bob', 'my own\n!recall')
    expect((await chat.seeEnd('bob', /recall/)).text).not.toContain('heron')
    await chat.say('ann', '/handoff back')
    await chat.seeEnd('ann', /its own conversation again/)
    await chat.say('ann', 'again\n!recall')
    expect((await chat.seeEnd('ann', /otter[^]*again/)).text).not.toContain('heron')
    await chat.say('ann', '/handoff sideways')
    await chat.seeEnd('ann', /takes `back` or nothing/)
  },
)

test.each(['thread', 'channel'] as const)(
  'scope %s: a session that was handed off from a chat stops when that chat is denied, and is not handed off again',
  async (scope) => {
    const rig = await startRig({ sessions: { scope } })
    const { chat } = rig
    const there = { channel: 'town', thread: 't1' }
    await chat.say('ann', 'please\n!say The word is heron.', there)
    await chat.seeEnd('town', /heron/)
    await chat.say('ann', '/handoff')
    await chat.seeEnd('ann', /goes on here/)
    await chat.say('ann', 'one\n!recall')
    await chat.seeEnd('ann', /heron[^]*recall/)
    await rig.restart({ access: { allow: ['*'], channels: { deny: ['scripted:town'] } } })
    const before = chat.in('ann').length
    await chat.say('ann', 'two\n!recall')
    const recalled = await chat.seeEnd('ann', /two/)
    expect(recalled.text).not.toContain('heron')
    await rig.bot.idle()
    const told = chat.in('ann').slice(before)
    expect(told.filter(({ text }) => /may no longer be used/.test(text))).toHaveLength(1)
    await rig.restart({ access: { allow: ['*'] } })
    await chat.say('ann', 'three\n!recall')
    expect((await chat.seeEnd('ann', /two[^]*three/)).text).not.toContain('heron')
  },
)

test('the session of a chat that is denied by now is not handed off', async () => {
  const rig = await startRig({ sessions: { scope: 'channel' } })
  const { chat } = rig
  await chat.say('ann', 'please\n!say The word is heron.', { channel: 'town' })
  await chat.seeEnd('town', /heron/)
  await rig.restart({ access: { allow: ['*'], channels: { deny: ['scripted:town'] } } })
  await chat.say('ann', '/handoff')
  await chat.seeEnd('ann', /here already/)
  await chat.say('ann', 'mine\n!recall')
  expect((await chat.seeEnd('ann', /mine/)).text).not.toContain('heron')
})

const noSecond = { access: { allow: ['*'], channels: { deny: ['second:anna'] } } }

test('what was handed off to a chat that is denied since is asked and answered where it was asked, after a restart', async () => {
  const both = await startBoth()
  const { chat, other } = both
  await linkUp(both)
  await chat.say('ann', '!write hello.txt hi')
  const old = await chat.seePrompt('ann')
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /1 message and 1 open question/)
  await other.seePrompt('anna')
  await chat.say('ann', '!say second')
  await both.restart(noSecond)
  const prompt = await chat.until(() =>
    chat
      .in('ann')
      .map(({ reply }) => reply)
      .filter((reply) => reply.kind === 'prompt')
      .find((reply) => reply.prompt === old.prompt && reply.settled === undefined),
  )
  expect(await chat.press('ann', prompt, 'once')).toBe('accepted')
  await chat.seeEnd('ann', /hello\.txt/)
  await chat.seeEnd('ann', /^second$/)
  await both.bot.idle()
  expect(answers(other, 'anna')).toEqual([])
})

test('a turn that runs comes back at once when the chat that it was handed off to is denied', async () => {
  const { other, adapters } = await secondChat()
  const { chat, config, file, start } = await startProgramRig({ ...withBash, adapters })
  const put = async (more: ConfigInput): Promise<void> => {
    const log = { level: 'info', format: 'json' } as const
    await writeFile(`${file}.new`, JSON.stringify({ ...config, ...more, log }))
    await rename(`${file}.new`, file)
  }
  await put({})
  const program = start()
  await linkUp({ chat, other })
  await chat.say('ann', sleeper)
  const tool = await aProcess(tail)
  await other.say('anna', '/handoff')
  await other.seeEnd('anna', /1 message/)
  await put(noSecond)
  await program.error(/access/)
  process.kill(tool.pid)
  await chat.seeEnd('ann', /tail/)
  expect(await program.end()).toBe(0)
  expect(answers(other, 'anna')).toEqual([])
})
