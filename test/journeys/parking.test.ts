/** Turns that wait for a person do not keep others out, however few places there are. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, descendants } from '../rig/processes.ts'

const onePlace = { sessions: { maxWarm: 1 }, approvals: { keepPlace: '100ms' } }

async function fileOf(dir: string, user: string, name: string): Promise<string> {
  const homes = await readdir(join(dir, 'data/users'))
  const home = homes.find((each) => each.includes(user)) ?? ''
  return readFile(join(dir, 'data/users', home, 'workspace', name), 'utf8')
}

test('one place: while one waits for an approval another is answered; then the first is allowed and answered', async () => {
  const rig = await startRig(onePlace)
  const { chat, dir, bot } = rig
  await chat.say('ann', '!write kept.txt yes')
  const prompt = await chat.seePrompt('ann')
  await chat.say('ann', '!say behind')
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await chat.say('bob', '!say once more')
  await chat.seeEnd('bob', /^once more$/)
  await chat.press('ann', prompt, 'once')
  await chat.seeEnd('ann', /kept\.txt/)
  await chat.seeEnd('ann', /^behind$/)
  await bot.idle()
  expect(await fileOf(dir, 'ann', 'kept.txt')).toBe('yes')
  expect(chat.in('ann').filter(isFinal)).toHaveLength(2)
  expect(chat.in('ann').filter(({ text }) => text.startsWith('Claude wants'))).toHaveLength(1)
})

test('after a restart nothing runs for a turn that waits; a second question of it is asked when it goes on', async () => {
  const rig = await startRig(onePlace)
  const { chat } = rig
  await chat.say('ann', '!write a.txt one\n!write b.txt two')
  const first = await chat.seePrompt('ann')
  await rig.restart()
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await rig.restart()
  expect(descendants().filter(({ command }) => command.includes('stream-json'))).toEqual([])
  await chat.press('ann', first, 'once')
  const second = await chat.seePrompt('ann')
  expect(second.markdown).toContain('b.txt')
  await chat.press('ann', second, 'deny')
  await chat.seeEnd('ann', /denied/)
})

test('many who never answer: each is let in, and what expires is told to Claude in its turn', async () => {
  const rig = await startRig({ ...onePlace, approvals: { keepPlace: '100ms', expire: '8s', remind: '1s' } })
  const { chat } = rig
  for (const user of ['ann', 'bob', 'cem']) {
    await chat.say(user, '!write a.txt x')
    await chat.seePrompt(user)
  }
  await chat.say('dan', '!say hello dan')
  await chat.seeEnd('dan', /^hello dan$/)
  for (const user of ['ann', 'bob', 'cem']) await chat.seeEnd(user, /Nobody answered in time/)
  expect(chat.in('ann').filter(({ text }) => text.startsWith('Claude wants'))).toHaveLength(1)
})

test('/stop ends a turn that was left, and disables its buttons; what waits behind it runs', async () => {
  const rig = await startRig(onePlace)
  const { chat } = rig
  await chat.say('ann', '!write a.txt x')
  const prompt = await chat.seePrompt('ann')
  await chat.say('ann', '!say behind')
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await chat.say('ann', '/why')
  await chat.see('ann', /waits for somebody to decide/)
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await chat.seeEnd('ann', /^behind$/)
  await chat.until(() =>
    chat
      .in('ann')
      .find(({ reply }) => reply.kind === 'prompt' && reply.settled?.label === 'No longer needed'),
  )
  expect(await chat.press('ann', prompt, 'once')).toBe('duplicate')
})

test('a message to a conversation whose turn was left: its sender hears why it waits, or ends that turn with it', async () => {
  const rig = await startRig(onePlace)
  const { chat } = rig
  await chat.say('ann', '!write a.txt x')
  const prompt = await chat.seePrompt('ann')
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await chat.say('ann', '!say behind')
  await chat.see('ann', /waits for a decision first/)
  await chat.press('ann', prompt, 'deny')
  await chat.seeEnd('ann', /^behind$/)
  await rig.bot.idle()

  await rig.restart({ sessions: { ...rig.config.sessions, midTurn: 'interrupt' } })
  await chat.say('ann', '!write b.txt x')
  await chat.see('ann', ({ text }) => text.includes('b.txt') && text.startsWith('Claude wants'))
  await chat.say('bob', '!say hello again')
  await chat.seeEnd('bob', /^hello again$/)
  await chat.say('ann', '!say instead')
  await chat.seeEnd('ann', /Stopped/)
  await chat.seeEnd('ann', /^instead$/)
  await rig.bot.idle()
  expect(chat.in('ann').filter(isFinal)).toHaveLength(4)
})

test('a turn that goes on with an answer given before holds its place: no more run at a time than allowed', async () => {
  const rig = await startRig({ sessions: { maxRunning: 1 } })
  const { chat } = rig
  await chat.say('ann', '!bash tail --follow /dev/null')
  const prompt = await chat.seePrompt('ann')
  await rig.restart()
  await chat.press('ann', prompt, 'once')
  await aProcess(/^tail --follow/)
  await chat.say('eve', '!say too early')
  await chat.say('eve', '/why')
  await chat.seeEnd('eve', /waits for a place/)
  expect(chat.in('eve').some(({ text }) => text === 'too early')).toBe(false)
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await chat.seeEnd('eve', /^too early$/)
})

function thread(name: string): { thread: string } {
  return { thread: name }
}

/** One turn of a person at a time, each thread a conversation of its own. */
const oneEach = { sessions: { maxWarm: 2, scope: 'thread' as const }, limits: { concurrentTurns: 1 } }

test('turns that wait for others of the same person keep nobody out; each has its turn in the end', async () => {
  const rig = await startRig(oneEach)
  const { chat } = rig
  await chat.say('ann', '!slow 100 1000', thread('t0'))
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  for (const n of [1, 2, 3]) await chat.say('ann', `!say answer ${n}`, thread(`t${n}`))
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  // The one that began last gave its place to bob.
  await chat.say('ann', '/why', thread('t3'))
  await chat.seeEnd('ann', /waits for a place/)
  await chat.say('ann', '!say behind', thread('t3'))
  await chat.see('ann', /as many turns of its sender run as may at a time/)
  await chat.say('ann', '/stop', thread('t2'))
  await chat.see('ann', ({ address, text }) => address.thread === 't2' && /Stopped/.test(text))
  await chat.say('ann', '/stop', thread('t0'))
  await rig.bot.idle()
  const ends = chat.in('ann').filter(isFinal)
  const of = (name: string): string[] =>
    ends.filter(({ address }) => address.thread === name).map(({ text }) => text)
  expect(of('t1')).toEqual(['answer 1'])
  expect(of('t3').join()).toContain('answer 3')
  // To wait is no turn: nothing is booked for it.
  const { turns } = await rig.bot.store.usage.day('scripted:ann', new Date().toISOString().slice(0, 10))
  expect(turns).toBeLessThanOrEqual(4)
})

test('decided while another turn of the same person runs: it goes on after that, and keeps nobody out meanwhile', async () => {
  const rig = await startRig(oneEach)
  const { chat, dir } = rig
  await chat.say('ann', '!write a.txt x', { thread: 't1' })
  const prompt = await chat.seePrompt('ann')
  await chat.say('ann', '!slow 100 1000', { thread: 't2' })
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.press('ann', prompt, 'once', undefined, { thread: 't1' })
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await chat.say('ann', '/stop', { thread: 't2' })
  await chat.seeEnd('ann', /a\.txt/)
  expect(await fileOf(dir, 'ann', 'a.txt')).toBe('x')
  expect(chat.in('ann').filter(({ text }) => text.startsWith('Claude wants'))).toHaveLength(1)
})

test('asides that wait for others of the same person keep nobody out; /stop reaches those that gave their place up', async () => {
  const { chat, bot } = await startRig({ ...oneEach, claude: { allowedTools: ['Bash'] } })
  await chat.say('ann', '!bash tail --follow /dev/null', thread('t0'))
  const { pid } = await aProcess(/^tail --follow/)
  for (const n of [1, 2]) await chat.say('ann', `/btw !say aside ${n}`, thread(`t${n}`))
  await chat.say('bob', '!say hello bob')
  await chat.seeEnd('bob', /^hello bob$/)
  await chat.say('ann', '/stop', thread('t1'))
  await chat.see('ann', ({ address, text }) => address.thread === 't1' && /Aside[^]*Stopped/.test(text))
  expect(chat.in('ann').some(({ text }) => text.includes('aside 2'))).toBe(false)
  process.kill(pid)
  await chat.seeEnd('ann', /aside 2$/)
  await bot.idle()
})
