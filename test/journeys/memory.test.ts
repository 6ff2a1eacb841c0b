import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'

test('Claude remembers across turns, and two people are never mixed', async () => {
  const { chat } = await startRig()
  await chat.say('ann', 'My name is Ann.')
  await chat.say('bob', 'My name is Bob.')
  await chat.say('ann', '!recall')
  await chat.say('bob', '!recall')
  const ann = await chat.seeEnd('ann', /1\..*My name is Ann/)
  const bob = await chat.seeEnd('bob', /1\..*My name is Bob/)
  expect(ann.text).not.toContain('Bob')
  expect(bob.text).not.toContain('Ann')
})

test('memory lasts over an idle eviction: the process went, the session is resumed', async () => {
  const { chat, bot } = await startRig({ sessions: { idleTimeout: '1ms' } })
  await chat.say('ann', 'The word is heron.')
  await bot.idle()
  await chat.say('ann', '!recall')
  await bot.idle()
  expect(chat.in('ann')[1]?.text).toMatch(/1\..*The word is heron/)
})

test('memory lasts over a restart of the bot', async () => {
  const rig = await startRig()
  await rig.chat.say('ann', 'The word is heron.')
  await rig.bot.idle()
  await rig.restart()
  await rig.chat.say('ann', '!recall')
  await rig.bot.idle()
  expect(rig.chat.in('ann')[1]?.text).toMatch(/1\..*The word is heron/)
})
