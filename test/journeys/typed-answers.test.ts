import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'

test('a chat without buttons: choices are numbered and typed, across a restart; other messages wait their turn', async () => {
  const rig = await startRig({}, { buttons: 0 })
  const { chat } = rig
  await chat.say('ann', '!write a.txt x')
  const { text } = await chat.see('ann', /Answer with a number/)
  expect(text).toMatch(/1\. Allow once[^]*4\. Deny and say why/)
  await chat.say('ann', '!say later')
  await rig.restart()
  expect(await chat.say('ann', '4 not that file', { id: 'T1' })).toBe('accepted')
  await chat.seeEnd('ann', /not that file/)
  await chat.seeEnd('ann', /^later$/)
  // A redelivery is neither an answer nor a turn.
  expect(await chat.say('ann', '4 not that file', { id: 'T1' })).toBe('duplicate')
  await chat.say('ann', '!question Which drink? | Tea | Coffee')
  await chat.see('ann', /an answer of your own/)
  await chat.say('ann', 'water, please')
  await chat.seeEnd('ann', /water, please/)
  expect(chat.in('ann').filter(({ key }) => key.endsWith('/answer'))).toHaveLength(3)
})

test('in a shared chat only whoever may decide answers by typing; others just say something', async () => {
  const { chat } = await startRig({ sessions: { scope: 'user' } }, { buttons: 0 })
  // In a shared chat Claude is told who speaks, on the first line.
  await chat.say('ann', '\n!write a.txt x', { channel: 'team' })
  await chat.see('team', /Answer with a number/)
  await chat.say('eve', '1', { channel: 'team' })
  await chat.see('team', ({ key, text }) => key.endsWith('/answer') && !text.includes('a.txt'))
  await chat.say('ann', 'no', { channel: 'team' })
  const { text } = await chat.seeEnd('team', /denied/)
  expect(text).toContain('denied')
})
