import { expect, test } from 'vitest'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { startProgramRig } from '../rig/program.ts'

const hour = 60 * 60 * 1000

function offers(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(({ text }) => text.includes('arrived while I was away'))
}

function answers(chat: FakeChat, channel: string): string[] {
  return chat
    .in(channel)
    .filter(isFinal)
    .map(({ text }) => text)
}

test('events missed during a reconnect never fetched: what was written while the bot was away is run when fresh, else offered', async () => {
  const rig = await startRig()
  const { chat, model } = rig
  await chat.say('ann', '!say before', { ago: 3 * hour })
  await chat.seeEnd('ann', /^before$/)
  await rig.bot.stop()
  for (const text of ['!say one', '/stop', '!say two', '!say three', '!say four'])
    chat.writeUnheard('ann', text, { ago: 2 * hour })
  chat.writeUnheard('ann', '!say fresh')
  chat.writeUnheard('eve', '!say unknown chat')
  await rig.restart()
  await chat.seeEnd('ann', /^fresh$/)
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toMatch(/^4 messages arrived while I was away/)
  expect(prompt.markdown).not.toContain('/stop')
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('!say one'))).toBe(false)

  // Once: neither a restart nor a gap brings it again.
  await rig.restart()
  await chat.say('ann', '!say next')
  await chat.seeEnd('ann', /^next$/)
  expect(offers(chat, 'ann')).toHaveLength(1)
  expect(await chat.press('eve', prompt, 'run', undefined, { channel: 'ann' })).toBe('refused')
  await chat.press('ann', prompt, 'run')
  await chat.seeEnd('ann', /^four$/)
  expect(answers(chat, 'ann')).toEqual(['before', 'fresh', 'next', 'one', 'two', 'three', 'four'])
  await rig.restart()
  await chat.say('ann', '!say last')
  await chat.seeEnd('ann', /^last$/)
  expect(offers(chat, 'ann')).toHaveLength(1)
})

test('kill -9 after a message: nothing that was answered is run or offered again', async () => {
  const { chat, start, model } = await startProgramRig({ catchUp: { runWithin: 0 } })
  const first = start()
  await chat.say('ann', '!say one')
  await chat.seeEnd('ann', /^one$/)
  await first.kill()
  chat.writeUnheard('ann', '!say missed')
  const second = start()
  await chat.seePrompt('ann')
  await second.kill()
  const third = start()
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toMatch(/^A message arrived/)
  await chat.press('ann', prompt, 'leave')
  await chat.say('ann', '!say two')
  await chat.seeEnd('ann', /^two$/)
  expect(offers(chat, 'ann')).toHaveLength(1)
  expect(chat.in('ann').filter(({ text }) => text === 'one')).toHaveLength(1)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('missed'))).toBe(false)
  expect(await third.end()).toBe(0)
})

test('each is offered what they wrote, where they wrote it; bots, strangers and what is too old are left out', async () => {
  const rig = await startRig({
    access: { allow: ['scripted:ann', 'scripted:bob'] },
    catchUp: { runWithin: '1m', reachBack: '10h' },
  })
  const { chat } = rig
  await chat.say('ann', '!say hello', { channel: 'town', ago: 30 * hour })
  await chat.seeEnd('town', /./)
  await rig.bot.stop()
  chat.writeUnheard('ann', '!say too old', { channel: 'town', ago: 20 * hour })
  chat.writeUnheard('ann', '!say of ann', { channel: 'town', ago: 3 * hour })
  chat.writeUnheard('eve', '!say of eve', { channel: 'town', ago: 2 * hour })
  chat.writeUnheard('bob', '!say of bob', { channel: 'town', ago: 2 * hour })
  await rig.restart()
  await chat.until(() => offers(chat, 'town')[1])
  expect(offers(chat, 'town').map(({ text }) => /of \w+/.exec(text)?.[0])).toEqual(['of ann', 'of bob'])
  expect(offers(chat, 'town').some(({ text }) => text.includes('too old'))).toBe(false)
})

test('a gap while the bot runs: the adapter tells of it, what came meanwhile is run, and what came live is not run twice', async () => {
  const { chat, bot } = await startRig()
  await chat.say('ann', '!say before')
  await chat.seeEnd('ann', /^before$/)
  const since = Date.now()
  chat.writeUnheard('ann', '!say in the gap')
  await chat.say('ann', '!say after it')
  await chat.seeEnd('ann', /^after it$/)
  chat.tellOfGap(since)
  await chat.seeEnd('ann', /^in the gap$/)
  await bot.idle()
  expect(answers(chat, 'ann')).toEqual(['before', 'after it', 'in the gap'])
})

test('a history that fails at first is asked again, and nothing of the gap is lost to what comes meanwhile', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '!say before')
  await chat.seeEnd('ann', /^before$/)
  await rig.bot.stop()
  chat.writeUnheard('ann', '!say missed')
  chat.refuse('history', { code: 'network', message: 'not now' })
  await rig.restart()
  await chat.say('ann', '!say live')
  await chat.seeEnd('ann', /^live$/)
  await chat.seeEnd('ann', /^missed$/)
  expect(answers(chat, 'ann')).toEqual(['before', 'live', 'missed'])
})
