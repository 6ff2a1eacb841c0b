/** Messages that come while Claude works: queued, steered, interrupting, edited, deleted, in a burst. */
import { glob } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, descendants, isAlive } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

const withBash: ConfigInput = { claude: { allowedTools: ['Bash'] } }
const steering: ConfigInput = { ...withBash, sessions: { midTurn: 'steer' } }

function finals(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(isFinal)
}

function cliProcesses(): number[] {
  return descendants().flatMap(({ pid, command }) => (command.includes('stream-json') ? [pid] : []))
}

function settledAs(chat: FakeChat, channel: string, label: string): Promise<Shown> {
  return chat.see(channel, ({ reply }) => reply.kind === 'prompt' && reply.settled?.label === label)
}

/** Waits until Claude writes or a tool of its runs. */
async function working(chat: FakeChat, channel: string): Promise<void> {
  await chat.see(channel, ({ reply }) => reply.kind === 'text' && reply.draft === true)
}

test('by default what comes waits, each with its own answer, in order; an edit of what runs is steered as a correction', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', '!bash sleep 1')
  await aProcess(/^sleep 1/)
  await chat.say('ann', '!say second')
  await bot.idle()
  expect(finals(chat, 'ann').map(({ text }) => text)).toEqual([expect.stringContaining('sleep 1'), 'second'])

  const before = chat.in('ann').length
  await chat.say('ann', '!bash sleep 2', { id: 'A' })
  await aProcess(/^sleep 2/)
  expect(await chat.edit('ann', 'A', '!bash sleep 2')).toBe('accepted')
  await chat.edit('ann', 'A', 'rather do nothing', { id: 'E' })
  await chat.see('ann', /told of your edit/)
  await bot.idle()
  const [, , answer, ...more] = finals(chat, 'ann')
  expect(more).toEqual([])
  expect(answer?.reply).toMatchObject({ ends: ['E'] })
  expect(await chat.edit('ann', 'A', 'rather do nothing', { id: 'E' })).toBe('duplicate')
  expect(await chat.remove('ann', 'A')).toBe('duplicate')
  await bot.idle()
  // The answer, and that Claude was told.
  expect(chat.in('ann')).toHaveLength(before + 2)
})

test('steered: taken into the turn that runs, so many and no more, and stopped with it', async () => {
  const { chat, bot, model } = await startRig(steering)
  // While a tool runs: one answer for both, and its sender sees that it was taken in.
  await chat.say('ann', '!bash sleep 1', { id: 'A' })
  await aProcess(/^sleep 1/)
  await chat.say('ann', '!say second', { id: 'B' })
  await settledAs(chat, 'ann', 'Claude has it')
  await bot.idle()
  const [answer, ...more] = finals(chat, 'ann')
  expect(more).toEqual([])
  expect(answer?.text).toMatch(/sleep 1[^]*second/)
  expect(answer?.reply).toMatchObject({ outcome: 'answered', ends: ['B'] })
  expect(await chat.say('ann', '!say second', { id: 'B' })).toBe('duplicate')

  await chat.say('ann', '!bash sleep 3')
  await aProcess(/^sleep 3/)
  for (let n = 1; n <= 22; n++) await chat.say('ann', `number ${n}.`, { id: `S${n}` })
  await bot.idle()
  const [, full, beyond] = finals(chat, 'ann')
  expect(full?.reply).toMatchObject({ ends: Array.from({ length: 20 }, (_, n) => `S${n + 1}`) })
  expect(beyond?.key).toContain('S21')

  await chat.say('ann', '!bash tail --follow /dev/null')
  await aProcess(/^tail --follow/)
  await chat.say('ann', '!say third', { id: 'C' })
  await chat.say('ann', '/stop')
  await bot.idle()
  const cancelled = finals(chat, 'ann').find(({ text }) => text.includes('Stopped.'))
  expect(cancelled?.reply).toMatchObject({ outcome: 'cancelled', ends: ['C'] })
  await chat.say('ann', '!say on we go')
  await chat.seeEnd('ann', /^on we go$/)
  expect(model.requests.filter(({ lastUserText }) => lastUserText === '!say third')).toEqual([])

  // While text is written nothing is lost.
  await chat.say('bob', '!slow 1 5')
  await working(chat, 'bob')
  await chat.say('bob', '!say second')
  await bot.idle()
  expect(finals(chat, 'bob').map(({ text }) => text)).toEqual(['word1 word2 word3 word4 word5\n\nsecond'])
})

test('interrupting ends the running turn and is answered next', async () => {
  const { chat, bot } = await startRig({ ...withBash, sessions: { midTurn: 'interrupt' } })
  await chat.say('ann', '!bash tail --follow /dev/null')
  const tool = await aProcess(/^tail --follow/)
  await chat.say('ann', '!say second')
  await bot.idle()
  expect(finals(chat, 'ann').map(({ reply }) => reply.kind === 'text' && reply.outcome)).toEqual([
    'cancelled',
    'answered',
  ])
  await vi.waitFor(() => expect(isAlive(tool.pid)).toBe(false))
})

test("nobody else's words get into a turn, nor past a command that came first", async () => {
  const { chat, bot } = await startRig({ ...withBash, sessions: { midTurn: 'steer', scope: 'channel' } })
  const town = { channel: 'town' }
  // Claude is told who speaks, in front of the first line.
  await chat.say('ann', 'please\n!bash sleep 1', town)
  await aProcess(/^sleep 1/)
  await chat.say('bob', 'and\n!say of bob', town)
  await chat.say('ann', 'and\n!say of ann', town)
  await bot.idle()
  expect(finals(chat, 'town').map(({ text }) => text)).toEqual([
    expect.stringContaining('sleep 1'),
    'of bob',
    'of ann',
  ])
})

test('kill -9 after a message was taken in: both are answered, once', async () => {
  const { chat, start } = await startProgramRig(steering)
  const first = start()
  await chat.say('ann', '!bash sleep 1', { id: 'A' })
  await aProcess(/^sleep 1/)
  await chat.say('ann', '!slow 2 10', { id: 'B' })
  await settledAs(chat, 'ann', 'Claude has it')
  await first.kill()
  const second = start()
  const answer = await chat.seeEnd('ann', /word10/)
  expect(answer.text).toMatch(/sleep 1/)
  expect(finals(chat, 'ann')).toHaveLength(1)
  expect(answer.reply).toMatchObject({ ends: ['B'] })
  expect(await second.end()).toBe(0)
})

test.each([
  ['a burst is one turn and one answer', '!say and this', 1],
  ['a command in a burst stays a command', '/model', 3],
])('%s', async (_name, second, count) => {
  const { chat, bot } = await startRig({ sessions: { burst: '10s' } })
  await chat.say('ann', '!slow 1 3', { id: 'A' })
  await chat.say('ann', second, { id: 'B' })
  await chat.say('ann', 'that is all', { id: 'C' })
  await bot.idle()
  expect(finals(chat, 'ann')).toHaveLength(count)
})

test('50 messages in a burst reach Claude in order, each once', async () => {
  const { chat, bot } = await startRig({ sessions: { burst: '1500ms' } })
  const numbers = Array.from({ length: 50 }, (_, index) => `number ${index}.`)
  for (const number of numbers) await chat.say('ann', number)
  await bot.idle()
  await chat.say('ann', '!recall')
  const recalled = await chat.seeEnd('ann', /!recall/)
  expect(recalled.text.match(/number \d+\./g)).toEqual(numbers)
})

test('a burst that waits through a restart is one turn; what was written apart is not', async () => {
  const rig = await startRig({ sessions: { burst: '1500ms' } })
  const { chat } = rig
  await rig.bot.stop()
  const at = Date.now()
  const arrival = { from: { id: 'ann' }, address: { adapter: 'scripted', channel: 'ann' }, direct: true }
  const say = (id: string, text: string, after: number): Promise<string> =>
    chat.deliver({ kind: 'message', id, text, at: at + after, ...arrival })
  const accepted = [say('A', 'one', 0), say('B', 'two', 1000), say('C', 'three', 5000)]
  await rig.restart()
  await Promise.all(accepted)
  await rig.bot.idle()
  const ends = finals(chat, 'ann').map(({ reply }) => (reply.kind === 'text' ? reply.ends : undefined))
  expect(ends).toEqual([['B'], undefined])
})

test('an edit changes what waits, once, also through a restart; a deletion withdraws it', async () => {
  const rig = await startRig(withBash)
  const { chat } = rig
  await chat.say('ann', '!bash sleep 2')
  await aProcess(/^sleep 2/)
  await chat.say('ann', '!say wrong', { id: 'B' })
  await chat.say('ann', '!say unwanted', { id: 'C' })
  expect(await chat.edit('ann', 'B', '!say wrong')).toBe('accepted')
  expect(await chat.edit('eve', 'B', '!say of eve', { channel: 'ann' })).toBe('duplicate')
  expect(await chat.edit('ann', 'B', '!say right')).toBe('accepted')
  expect(await chat.remove('ann', 'C')).toBe('accepted')
  await chat.see('ann', /deleted before its turn/)
  await rig.restart()
  await rig.bot.idle()
  const texts = finals(chat, 'ann').map(({ text }) => text)
  expect(texts).toEqual([expect.stringContaining('sleep 2'), expect.stringContaining('Withdrawn'), 'right'])
  expect(chat.in('ann').filter(({ text }) => text.startsWith('Updated'))).toHaveLength(1)
})

test('an edit of what is answered is run again when its author wants it, never by itself, once, also through a restart', async () => {
  const rig = await startRig()
  const { chat, model } = rig
  await chat.say('ann', '!say first', { id: 'A' })
  await chat.seeEnd('ann', /^first$/)
  const before = model.requests.length
  // The platform reports a message as edited when it unfolds a link in it.
  expect(await chat.edit('ann', 'A', '!say first')).toBe('accepted')
  expect(await chat.edit('eve', 'A', '!say of eve', { channel: 'ann' })).toBe('duplicate')
  expect(await chat.edit('ann', 'A', '!say secnd')).toBe('accepted')
  await chat.see('ann', /secnd/)
  expect(await chat.edit('ann', 'A', '!say second')).toBe('accepted')
  await chat.see('ann', /!say second/)
  expect(chat.in('ann').filter(({ reply }) => reply.kind === 'prompt')).toHaveLength(1)
  expect(model.requests).toHaveLength(before)
  const prompt = await chat.seePrompt('ann')
  expect(await chat.press('eve', prompt, 'again', undefined, { channel: 'ann' })).toBe('refused')
  await rig.restart()
  expect(await chat.press('ann', prompt, 'again')).toBe('accepted')
  await chat.seeEnd('ann', /^second$/)
  expect(await chat.press('ann', prompt, 'again')).toBe('duplicate')
  await rig.bot.idle()
  expect(finals(chat, 'ann')).toHaveLength(2)
  expect(chat.in('ann').find(({ reply }) => reply.kind === 'prompt')?.reply).toMatchObject({
    settled: { label: 'Run again' },
  })
})

test('an edit of what is answered, where there are no buttons, is told what to do; left, it stays', async () => {
  const { chat, bot } = await startRig({}, { buttons: 0 })
  await chat.say('ann', '!say first', { id: 'A' })
  await chat.seeEnd('ann', /^first$/)
  await chat.edit('ann', 'A', '!say second')
  await chat.see('ann', /answered already[^]*\/retry/)
  await bot.idle()
  expect(finals(chat, 'ann')).toHaveLength(1)
})

test('/queue shows what runs and waits, and withdraws one of one’s own', async () => {
  const { chat, bot } = await startRig({ ...withBash, sessions: { scope: 'channel' } })
  const town = { channel: 'town' }
  await chat.say('ann', 'please\n!bash tail --follow /dev/null', town)
  await aProcess(/^tail --follow/)
  await chat.say('ann', 'first', town)
  await chat.say('bob', 'second', town)
  await chat.say('ann', '/queue', town)
  const list = await chat.seeEnd('town', /Waiting, in this order/)
  expect(list.text).toMatch(/tail --follow[^]*1\. `ann`: ` first `\n2\. `bob`: ` second `/)
  await chat.say('ann', '/queue drop 2', town)
  await chat.seeEnd('town', /message of somebody else/)
  await chat.say('ann', '/queue drop', town)
  await chat.seeEnd('town', /takes nothing; `drop` and a number/)
  await chat.say('ann', '/queue drop 3', town)
  await chat.seeEnd('town', /no number 3: 2 wait/)
  await chat.say('ann', '/queue drop 1', town)
  await chat.seeEnd('town', /Withdrawn before it began: ` first `/)
  await chat.say('ann', '/stop', town)
  await bot.idle()
  expect(chat.in('town').filter(({ text }) => text.includes('Nothing waits'))).toEqual([])
  await chat.say('ann', '/queue', town)
  await chat.seeEnd('town', /^Nothing waits/)
})

test('/btw is answered aside while the turn runs, from what was said, and leaves no trace in the session', async () => {
  const { chat, bot } = await startRig(withBash)
  await chat.say('ann', 'The word is heron.')
  await bot.idle()
  await chat.say('ann', '!bash tail --follow /dev/null')
  const tool = await aProcess(/^tail --follow/)
  await chat.say('ann', '/btw !recall')
  const aside = await chat.seeEnd('ann', /Aside/)
  expect(aside.text).toMatch(/1\. The word is heron\.[^]*!recall/)
  expect(finals(chat, 'ann')).toHaveLength(2)
  process.kill(tool.pid)
  await bot.idle()
  expect(cliProcesses()).toHaveLength(1)
  await chat.say('ann', '!recall')
  const recalled = await chat.seeEnd(
    'ann',
    /1\. The word is heron\.\n2\. !bash tail --follow \/dev\/null\n3\. !recall$/,
  )
  expect(recalled.text).not.toMatch(/btw/)
})

test('/btw before the first turn, without a question, or asking for more than to look', async () => {
  const { chat, bot, dir } = await startRig(withBash)
  await chat.say('ann', '/btw !say nothing yet')
  await chat.seeEnd('ann', /Aside[^]*nothing yet/)
  await chat.say('ann', '/btw')
  await chat.seeEnd('ann', /Ask something/)
  await chat.say('ann', '/btw !write made.txt no')
  await bot.idle()
  for await (const made of glob(`${dir}/data/users/*/workspace/made.txt`)) expect.fail(made)
})

test('/stop ends what was asked aside: ones own, and for an operator that of others', async () => {
  const { chat, bot } = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['*'], operators: ['scripted:olga'] },
  })
  const town = { channel: 'town' }
  await chat.say('ann', '/btw please\n!slow 100 1000', town)
  await working(chat, 'town')
  await chat.say('bob', '/stop', town)
  await chat.seeEnd('town', /^Nothing is running/)
  await chat.say('ann', '/stop', town)
  await chat.seeEnd('town', /Aside[^]*Stopped\./)
  await chat.say('ann', '/btw please\n!slow 100 1000', town)
  await working(chat, 'town')
  await chat.say('olga', '/stop', town)
  const stopped = await chat.until(
    () => finals(chat, 'town').filter(({ text }) => /Aside[^]*Stopped\./.test(text))[1],
  )
  expect(stopped.reply).toMatchObject({ outcome: 'cancelled' })
  await bot.idle()
})

test('/btw through kill -9: answered once', async () => {
  const { chat, start } = await startProgramRig()
  const first = start()
  await chat.say('ann', '/btw !slow 2 10')
  await working(chat, 'ann')
  await first.kill()
  const second = start()
  await chat.seeEnd('ann', /Aside[^]*word10/)
  expect(finals(chat, 'ann')).toHaveLength(1)
  expect(await second.end()).toBe(0)
  expect(chat.in('ann')).toHaveLength(1)
})
