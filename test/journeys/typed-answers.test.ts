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

test('a typed answer that is none is said to be none, and is no turn; /why speaks of no buttons', async () => {
  const { chat } = await startRig({}, { buttons: 0 })
  await chat.say('ann', '!write a.txt x')
  await chat.see('ann', /Answer with a number/)
  expect(await chat.say('ann', '7', { id: 'T7' })).toBe('accepted')
  await chat.seeEnd('ann', /`7` is no answer to \*\*Claude wants to use Write\*\*[^]*from 1 to 4/)
  expect(await chat.say('ann', '7', { id: 'T7' })).toBe('duplicate')
  await chat.say('ann', 'allow')
  await chat.seeEnd('ann', /`allow` is no answer/)
  await chat.say('ann', '/why')
  const { text } = await chat.seeEnd('ann', /waits for somebody to decide/)
  expect(text).not.toMatch(/button|more of your messages/)
  await chat.say('ann', '1')
  await chat.seeEnd('ann', /a\.txt/)
})

test("an operator's words are no answer to what somebody else is asked; the number is, also in the own chat", async () => {
  const access = { allow: ['scripted:ann'], operators: ['scripted:olga'], guests: ['scripted:gus'] }
  const { chat } = await startRig({ access }, { buttons: 0 })
  const town = { channel: 'town' }
  await chat.say('olga', '!say hello')
  await chat.seeEnd('olga', /^hello$/)
  await chat.say('ann', 'now\n!question Which drink? | Tea | Coffee', town)
  await chat.see('town', /an answer of your own/)
  await chat.say('olga', 'well\n!say never mind me', town)
  await chat.seeEnd('town', /^never mind me$/)
  await chat.say('olga', '2', town)
  await chat.seeEnd('town', /Coffee/)

  await chat.say('gus', '!write a.txt x')
  await chat.see('olga', /`scripted:gus` asked Claude[^]*Answer with a number/)
  await chat.say('gus', '1')
  await chat.see('gus', /You are a guest here/)
  await chat.say('olga', '!say yes')
  await chat.seeEnd('olga', /^yes$/)
  expect(await chat.say('olga', '3 not that file')).toBe('accepted')
  await chat.seeEnd('gus', /not that file/)
})
