/** One person on two platforms. */
import { expect, test } from 'vitest'
import { codeIn, firstCode, linkUp, startBoth } from '../rig/both.ts'

test('linked: one session, one workspace, the same rights, on both sides and after a restart; /unlink parts them', async () => {
  const both = await startBoth({ access: { allow: ['*'], admins: ['scripted:ann'] } })
  const { chat, other } = both
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await other.say('anna', 'The word is otter.')
  await other.seeEnd('anna', /otter/)
  await linkUp(both)
  await both.restart()
  await other.say('anna', '!recall')
  const recalled = await other.seeEnd('anna', /1\..*The word is heron/)
  expect(recalled.text).not.toContain('otter')
  await other.say('anna', '/who')
  await other.seeEnd('anna', /`scripted:ann` = `second:anna`, admin.*let people in/)
  await other.say('anna', '/sessions')
  await other.seeEnd('anna', /\| 1 \|.*you are here[^]*\| 2 \|/)
  await chat.say('ann', '/resume 2')
  await chat.say('ann', '!recall')
  expect((await chat.seeEnd('ann', /1\..*The word is otter/)).text).not.toContain('heron')
  await chat.say('ann', '/resume 1')

  await chat.say('ann', '/unlink second:anna')
  await chat.seeEnd('ann', /`second:anna` is on its own again/)
  await other.see('anna', /`second:anna` is on its own again/)
  await both.restart()
  await other.say('anna', '!recall')
  const own = await other.seeEnd('anna', /1\..*The word is otter/)
  expect(own.text).not.toContain('heron')
  await other.say('anna', '/who')
  expect((await other.seeEnd('anna', /You are `second:anna`, member/)).text).not.toContain('let people in.')
  await chat.say('ann', '/sessions')
  const left = await chat.seeEnd('ann', /\| 1 \|.*you are here/)
  expect(left.text).not.toMatch(/^\| 2 \|/m)
})

test('what waits for a decision on one side is decided from the other', async () => {
  const both = await startBoth()
  const { chat, other } = both
  await linkUp(both)
  await chat.say('ann', '!write hello.txt hi')
  const prompt = await chat.seePrompt('ann')
  expect(await other.press('eve', prompt, 'once')).toBe('refused')
  expect(await other.press('anna', prompt, 'once')).toBe('accepted')
  expect((await chat.seeEnd('ann', /hello\.txt/)).text).not.toBe('')
})

test('a second approver is another person: not an account that was unlinked after it asked', async () => {
  const both = await startBoth({
    access: { allow: ['*'], admins: ['scripted:ann', 'second:anna', 'second:boss'] },
    approvals: { secondApprover: ['Bash(rm *)'] },
  })
  const { chat, other } = both
  await linkUp(both)
  await chat.say('ann', 'now\n!bash touch x && rm -v x', { channel: 'town' })
  const prompt = await chat.seePrompt('town')
  await chat.say('ann', '/unlink second:anna')
  await other.see('anna', /on its own again/)
  await both.restart()
  expect(await other.press('anna', prompt, 'once')).toBe('refused')
  await other.see('anna', /takes somebody else/)
  expect(await other.press('boss', prompt, 'once')).toBe('accepted')
  await chat.seeEnd('town', /removed/)
})

test('a code that somebody else finds links nothing: the second one is shown to them and typed by nobody', async () => {
  const both = await startBoth()
  const { chat, other } = both
  const code = await firstCode(chat, 'ann')
  await other.say('eve', `/link ${code}`)
  const asked = await other.seeEnd('eve', /Is that you/)
  await chat.see('ann', /`second:eve` has entered your code/)
  // Eve cannot type the second code herself, in either place, nor can others.
  await other.say('eve', `/link ${codeIn(asked)}`)
  await other.seeEnd('eve', /no such code/)
  await chat.say('bob', `/link ${codeIn(asked)}`)
  await chat.seeEnd('bob', /no such code/)
  // The first one is used up, for Ann's other account too.
  await other.say('anna', `/link ${code}`)
  await other.seeEnd('anna', /no such code/)
  await other.say('eve', '/who')
  expect((await other.seeEnd('eve', /You are `second:eve`, member/)).text).not.toContain('ann')
})

test('codes are shown and taken in direct chats alone, and the own code is no other account', async () => {
  const { chat } = await startBoth()
  await chat.say('ann', '/link', { channel: 'town' })
  await chat.seeEnd('town', /in a direct chat/)
  await chat.say('ann', `/link ${await firstCode(chat, 'ann')}`)
  await chat.seeEnd('ann', /no such code/)
  await chat.say('ann', '/unlink')
  expect((await chat.seeEnd('ann', /linked with no other/)).text).not.toBe('')
})

test('guessing codes ends, and the end outlasts a restart', async () => {
  const both = await startBoth()
  const { chat, other } = both
  const code = await firstCode(chat, 'ann')
  for (let guess = 0; guess < 5; guess++) await other.say('eve', `/link AAAA-000${guess}`)
  await both.restart()
  await other.say('eve', `/link ${code}`)
  await other.seeEnd('eve', /too many wrong codes/)
  await other.say('anna', `/link ${code}`)
  expect((await other.seeEnd('anna', /made by `scripted:ann`/)).text).toContain('/link')
})

test('what somebody writes in one chat waits for their own turn in another, and says so', async () => {
  const both = await startBoth()
  const { chat, other } = both
  await linkUp(both)
  await chat.say('ann', '!slow 12 60')
  await chat.see('ann', /word1/)
  await other.say('anna', '!say second')
  await other.see('anna', /what you wrote in another chat/)
  expect((await other.seeEnd('anna', /^second$/)).reply).toMatchObject({ outcome: 'answered' })
})
