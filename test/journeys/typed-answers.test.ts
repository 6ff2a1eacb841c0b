import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
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
  expect(chat.in('ann').filter(isFinal)).toHaveLength(3)
})

test('in a shared chat only whoever may decide answers by typing; others just say something', async () => {
  const { chat } = await startRig({ sessions: { scope: 'user' } }, { buttons: 0 })
  // In a shared chat Claude is told who speaks, on the first line.
  await chat.say('ann', '\n!write a.txt x', { channel: 'team' })
  await chat.see('team', /Answer with a number/)
  await chat.say('eve', '1', { channel: 'team' })
  await chat.see('team', (shown) => isFinal(shown) && !shown.text.includes('a.txt'))
  await chat.say('ann', 'no', { channel: 'team' })
  const { text } = await chat.seeEnd('team', /denied/)
  expect(text).toContain('denied')
})

test('several choices are typed together, by number or by name; what is none of them is an answer of its own', async () => {
  const { chat } = await startRig({}, { buttons: 0 })
  const options = ['Red', 'Green', 'Blue'].map((label) => ({ label, description: '' }))
  const question = (text: string): object => ({ question: text, header: 'Paint', multiSelect: true, options })
  const questions = [question('Which walls?'), question('Which doors?'), question('Which floor?')]
  await chat.say('ann', `!tool AskUserQuestion ${JSON.stringify({ questions })}`)
  await chat.see('ann', /Which walls\?[^]*1\. Red[^]*3\. Blue/)
  await chat.say('ann', '3, 1')
  await chat.see('ann', /Which doors\?/)
  await chat.say('ann', 'green, BLUE')
  await chat.see('ann', /Which floor\?/)
  await chat.say('ann', 'none, leave it')
  const { text } = await chat.seeEnd('ann', /Which floor\?/)
  expect(text).toContain('"Which walls?"="Red, Blue"')
  expect(text).toContain('"Which doors?"="Green, Blue"')
  expect(text).toContain('"Which floor?"="none, leave it"')
})
