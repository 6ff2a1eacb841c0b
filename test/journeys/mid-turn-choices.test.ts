/** The notice under a message that comes while Claude works: its buttons, and the same in words. */
import { expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { isList, untilListed } from '../rig/listed.ts'
import { aProcess, isAlive } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

const withBash: ConfigInput = { claude: { allowedTools: ['Bash'] } }
/** A tool that runs until the test ends it: how fast the machine is does not matter. */
const sleeper = '!bash tail --follow /dev/null'
const tail = /^tail --follow/

async function endTool(): Promise<void> {
  process.kill((await aProcess(tail)).pid)
}

/** How messages ended, those that only ask what waits left out. */
function finals(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter((shown) => isFinal(shown) && !isList(shown))
}

function notices(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(({ reply }) => reply.kind === 'prompt')
}

function settledAs(chat: FakeChat, channel: string, label: string | RegExp): Promise<Shown> {
  return chat.see(channel, ({ reply }) => {
    const settled = reply.kind === 'prompt' ? reply.settled?.label : undefined
    return settled !== undefined && (typeof label === 'string' ? settled === label : label.test(settled))
  })
}

test('queued: one notice for all that waits; Steer takes all of it in, for its author alone', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', sleeper, { id: 'A' })
  await aProcess(tail)
  await chat.say('ann', '!say second', { id: 'B' })
  await chat.say('ann', '!say third', { id: 'C' })
  await chat.see('ann', /second[^]*third/)
  expect(notices(chat, 'ann')).toHaveLength(1)
  const prompt = await chat.seePrompt('ann')
  expect(prompt.choices.map(({ label }) => label)).toEqual([
    'Steer',
    'Interrupt',
    'Always steer',
    'Always interrupt',
  ])
  expect(await chat.press('eve', prompt, 'steer', undefined, { channel: 'ann' })).toBe('refused')
  expect(await chat.press('ann', prompt, 'steer')).toBe('accepted')
  await settledAs(chat, 'ann', 'Steer')
  await untilListed(chat, 'ann', /at work on[^]*second[^]*third[^]*Nothing waits/)
  await endTool()
  await bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply)).toMatchObject([{ ends: ['B', 'C'] }])
  expect(await chat.press('ann', prompt, 'interrupt')).toBe('duplicate')
  await chat.see('ann', /settled already/)
})

test('queued: Interrupt ends the turn for it; what comes later gets the same notice anew, in its place', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', sleeper)
  await aProcess(tail)
  await chat.say('ann', '!bash tail --retry --follow /dev/null')
  const prompt = await chat.seePrompt('ann')
  await chat.press('ann', prompt, 'interrupt')
  const second = await aProcess(/^tail --retry/)
  await chat.say('ann', '!say third')
  await chat.see('ann', ({ reply, text }) => reply.kind === 'prompt' && /third/.test(text))
  process.kill(second.pid)
  await bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply.kind === 'text' && reply.outcome)).toEqual([
    'cancelled',
    'answered',
    'answered',
  ])
  // When its turn ended.
  await settledAs(chat, 'ann', 'The turn is over')
  expect(notices(chat, 'ann')).toHaveLength(2)
})

test('a guest chooses what becomes of the own message; a member not of that of others, an operator does', async () => {
  const access = { guests: ['scripted:gus'], allow: ['scripted:ann'], operators: ['scripted:op'] }
  const { chat, bot } = await startRig({ ...withBash, access, sessions: { midTurn: 'steer' } })
  const town = { channel: 'town' }
  await chat.say('gus', `now\n${sleeper}`, town)
  await aProcess(tail)
  await chat.say('gus', 'now\n!say second', town)
  const prompt = await chat.seePrompt('town')
  expect(await chat.press('ann', prompt, 'interrupt', undefined, town)).toBe('refused')
  expect(await chat.press('op', prompt, 'interrupt', undefined, town)).toBe('accepted')
  await chat.seeEnd('town', /^second$/)
  await bot.idle()
})

test('steered: Queue takes it back before Claude reads it; an edit changes it then', async () => {
  const { chat, bot } = await startRig({ ...withBash, sessions: { midTurn: 'steer' } })
  await chat.say('ann', sleeper, { id: 'A' })
  await aProcess(tail)
  await chat.say('ann', '!say secnd', { id: 'B' })
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toMatch(/On its way[^]*secnd/)
  await chat.press('ann', prompt, 'queue')
  await untilListed(chat, 'ann', /Waiting[^]*secnd/)
  expect(await chat.edit('ann', 'B', '!say second')).toBe('accepted')
  await chat.see('ann', /waits as you have edited it/)
  await endTool()
  await bot.idle()
  expect(finals(chat, 'ann').map(({ text }) => text)).toEqual([
    expect.stringContaining('tail --follow'),
    'second',
  ])
})

test('Always … is remembered of the person, through a restart, until it is taken back', async () => {
  const rig = await startRig(withBash)
  const { chat } = rig
  await chat.say('ann', sleeper)
  await aProcess(tail)
  await chat.say('ann', '!say second', { id: 'B' })
  await chat.press('ann', await chat.seePrompt('ann'), 'always-steer')
  await untilListed(chat, 'ann', /at work on[^]*second[^]*Nothing waits/)
  await endTool()
  await rig.bot.idle()
  await rig.restart()
  await chat.say('ann', sleeper)
  await aProcess(tail)
  await chat.say('ann', '!say third', { id: 'C' })
  await untilListed(chat, 'ann', /at work on[^]*third[^]*Nothing waits/)
  await endTool()
  await rig.bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply)).toMatchObject([{ ends: ['B'] }, { ends: ['C'] }])
  await chat.say('ann', '/queue always default')
  await chat.seeEnd('ann', /as configured again/)
  await chat.say('ann', sleeper)
  await aProcess(tail)
  await chat.say('ann', '!say fourth')
  await untilListed(chat, 'ann', /Waiting[^]*fourth/)
  await endTool()
  await rig.bot.idle()
  expect(finals(chat, 'ann').at(-1)?.text).toBe('fourth')
})

test('without buttons it is told in words, once, and changed by /queue', async () => {
  const { chat, bot } = await startRig(withBash, { buttons: 0 })
  await chat.say('ann', sleeper, { id: 'A' })
  await aProcess(tail)
  await chat.say('ann', '!say second', { id: 'B' })
  await chat.say('ann', '1', { id: 'C' })
  await chat.see('ann', /waits for its turn[^]*\/queue steer/)
  await chat.say('ann', '/queue steer')
  await chat.seeEnd('ann', /2 messages taken into the running turn/)
  await endTool()
  await bot.idle()
  expect(chat.in('ann').filter(({ text }) => text.includes('waits for its turn'))).toHaveLength(1)
  const answer = finals(chat, 'ann').find(({ key }) => key === 'scripted:A/answer')
  expect(answer?.reply).toMatchObject({ ends: ['B', 'C'] })
  await chat.say('ann', '/queue interrupt')
  await chat.seeEnd('ann', /Nothing of yours waits/)
})

test('the notice follows what it names: edited it reads anew, deleted it is gone, and with the last one the notice', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', sleeper, { id: 'A' })
  await aProcess(tail)
  await chat.say('ann', '!say secnd', { id: 'B' })
  await chat.say('ann', '!say third', { id: 'C' })
  await chat.see('ann', ({ reply, text }) => reply.kind === 'prompt' && /secnd[^]*third/.test(text))
  await chat.edit('ann', 'B', '!say second')
  await chat.see('ann', ({ reply, text }) => reply.kind === 'prompt' && /second[^]*third/.test(text))
  await chat.say('ann', '/queue drop 1')
  const left = await chat.see('ann', ({ reply, text }) => reply.kind === 'prompt' && !/second/.test(text))
  expect(left.text).toMatch(/third/)
  await chat.remove('ann', 'C')
  await settledAs(chat, 'ann', 'No longer needed')
  expect(notices(chat, 'ann')).toHaveLength(1)
  await endTool()
  await bot.idle()
})

test('a command that waits is not offered to be steered: it never goes into a turn; it is when an edit makes it words', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', sleeper, { id: 'A' })
  await aProcess(tail)
  await chat.say('ann', '/new', { id: 'B' })
  const notice = await chat.seePrompt('ann')
  expect(notice.choices.map(({ label }) => label)).toEqual(['Interrupt', 'Always interrupt'])
  await chat.edit('ann', 'B', '!say second')
  const anew = await chat.see('ann', ({ reply, text }) => reply.kind === 'prompt' && /second/.test(text))
  expect(anew.reply.kind === 'prompt' && anew.reply.choices.map(({ id }) => id)).toContain('steer')
  await endTool()
  await bot.idle()
})

test('in a chat of several nobody is offered to steer or end the turn of somebody else', async () => {
  const { chat, bot } = await startRig({ ...withBash, sessions: { scope: 'channel' } })
  const town = { channel: 'town' }
  await chat.say('ann', `please\n${sleeper}`, town)
  await aProcess(tail)
  await chat.say('bob', 'and\n!say of bob', town)
  await chat.see('town', /at work for somebody else/)
  await chat.say('bob', '/queue interrupt', town)
  await chat.seeEnd('town', /Nothing of yours waits/)
  await chat.say('bob', '/queue steer', town)
  await endTool()
  await bot.idle()
  expect(notices(chat, 'town')).toEqual([])
  expect(finals(chat, 'town').find(({ key }) => key === 'scripted:m1/answer')?.text).toMatch(/tail/)
})

test('kill -9 with a notice open: it stands, and what is pressed then is done, once', async () => {
  const { chat, start } = await startProgramRig(withBash)
  const before = start()
  await chat.say('ann', sleeper, { id: 'A' })
  const killed = await aProcess(tail)
  await chat.say('ann', '!say second', { id: 'B' })
  const prompt = await chat.seePrompt('ann')
  before.child.kill('SIGKILL')
  await before.ended()
  const pressed = chat.press('ann', prompt, 'steer')
  const after = start()
  expect(await pressed).toBe('accepted')
  await untilListed(chat, 'ann', /at work on[^]*second[^]*Nothing waits/)
  // What the killed one left running ends with the start of the next.
  await expect.poll(() => isAlive(killed.pid), { timeout: 30_000 }).toBe(false)
  await endTool()
  const answer = await chat.until(() => finals(chat, 'ann')[0])
  expect(answer.reply).toMatchObject({ ends: ['B'] })
  expect(finals(chat, 'ann')).toHaveLength(1)
  await settledAs(chat, 'ann', 'Steer')
  expect(notices(chat, 'ann')).toHaveLength(1)
  after.child.kill('SIGTERM')
  expect(await after.ended()).toBe(0)
})
