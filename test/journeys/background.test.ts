import { expect, test, vi } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type FakeChat, type Shown, isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'
import { aProcess, isAlive } from '../rig/processes.ts'
import { startProgramRig } from '../rig/program.ts'

function reports(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(({ key }) => key.startsWith('background/'))
}

function cutOffs(chat: FakeChat, channel: string): Shown[] {
  return chat.in(channel).filter(isCutOff)
}

function isCutOff({ text }: Shown): boolean {
  return text.includes('before it could tell you')
}

test('background turns never shown: what Claude wants then is asked of whoever wrote last, and what it says is told once', async () => {
  // Idle at once: the process has to stay for the task, and for the person who is asked.
  const { chat, bot } = await startRig({ sessions: { idleTimeout: '1ms' } })
  await chat.say('ann', '!background 1 touch asked && rm -v asked')
  const answer = await chat.seeEnd('ann', /./)
  const prompt = await chat.seePrompt('ann')
  expect(prompt.markdown).toContain('rm -v asked')
  expect(await chat.press('eve', prompt, 'once', undefined, { channel: 'ann' })).toBe('refused')
  expect(await chat.press('ann', prompt, 'once')).toBe('accepted')
  const report = await chat.see('ann', /task finished\.[^]*removed/)
  expect(report.key).not.toBe(answer.key)
  await bot.idle()
  await chat.say('ann', '/history')
  await chat.seeEnd('ann', /scripted:ann[^]*task finished/)
  expect(reports(chat, 'ann')).toHaveLength(1)
  expect(cutOffs(chat, 'ann')).toEqual([])
})

test('a message that comes while Claude asks something by itself is answered after it', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!background 0.5 touch asked && rm -v asked')
  const prompt = await chat.seePrompt('ann')
  await chat.say('ann', '!say my turn')
  await chat.press('ann', prompt, 'deny')
  await chat.seeEnd('ann', /^my turn$/)
  const report = await chat.see('ann', /task finished\.[^]*denied/)
  expect(report.reply).toMatchObject({ tone: 'answer' })
})

test('a background task is ended when its time is up, not before, and that is told', async () => {
  const { chat } = await startRig({ sessions: { idleTimeout: '1ms', background: '3s' } })
  const began = performance.now()
  await chat.say('ann', '!background 600')
  const { text } = await chat.see('ann', isCutOff)
  expect(text).toContain('Wait 600 s in the background')
  expect(performance.now() - began).toBeGreaterThan(3000)
  await chat.say('ann', '!say on we go')
  await chat.seeEnd('ann', /^on we go$/)
  expect(cutOffs(chat, 'ann')).toHaveLength(1)
})

test('/stop ends what Claude does by itself, too, with what it has asked', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '!background 0.5 touch asked && rm -v asked')
  await chat.seePrompt('ann')
  await chat.say('ann', '/stop')
  await chat.see('ann', /^Stopping/)
  await chat.see('ann', isCutOff)
  await chat.see('ann', ({ reply }) => reply.kind === 'prompt' && reply.settled !== undefined)
  expect(reports(chat, 'ann')).toEqual([])
})

const shared: ConfigInput = {
  sessions: { scope: 'channel' },
  access: { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:olga'] },
}
const town = { channel: 'town' }

test('what a guest left running stays the guest’s, whoever writes meanwhile', async () => {
  const { chat } = await startRig({ ...shared, approvals: { roles: { member: { allow: ['Bash'] } } } })
  await chat.say('gus', 'now\n!background 8 touch gus.txt', town)
  await chat.seeEnd('town', /background/i)
  await chat.say('ann', 'now\n!say on we go', town)
  await chat.seeEnd('town', /^on we go$/)
  const prompt = await chat.seePrompt('town')
  expect(prompt.markdown).toContain('touch gus.txt')
  expect(await chat.press('gus', prompt, 'once', undefined, town)).toBe('refused')
  expect(await chat.press('ann', prompt, 'once', undefined, town)).toBe('refused')
  expect(await chat.press('olga', prompt, 'deny', undefined, town)).toBe('accepted')
  await chat.see('town', /task finished\.[^]*denied/)
})

test('/stop of a guest leaves what others have running; an operator ends it, and its starter is told', async () => {
  const { chat } = await startRig(shared)
  await chat.say('ann', 'now\n!background 600', town)
  await chat.seeEnd('town', /./)
  await chat.say('gus', '/stop', town)
  await chat.see('town', /^Nothing is running/)
  expect(cutOffs(chat, 'town')).toEqual([])
  await chat.say('olga', '/stop', town)
  expect((await chat.see('town', isCutOff)).text).toContain('Wait 600 s in the background')
})

test('/stop of a guest’s own turn ends what they have running, and what others have goes on', async () => {
  const { chat } = await startRig({ ...shared, approvals: { roles: { guest: { allow: ['Bash'] } } } })
  await chat.say('ann', 'now\n!background 601', town)
  await chat.seeEnd('town', /running in background/)
  const anns = await aProcess(/sleep 601/)
  await chat.say('gus', 'now\n!background 602\n!bash touch log && tail --follow log', town)
  const guss = [await aProcess(/sleep 602/), await aProcess(/^tail --follow/)]
  await chat.say('gus', '/stop', town)
  await chat.seeEnd('town', /Stopped/)
  await vi.waitFor(() => expect(guss.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 10_000 })
  expect(isAlive(anns.pid)).toBe(true)
  await chat.say('gus', 'now\n!say still here', town)
  await chat.seeEnd('town', /^still here$/)
  expect(isAlive(anns.pid)).toBe(true)
  expect(cutOffs(chat, 'town')).toEqual([])
})

test('kill -9 and stops with a background task: told once at the next start, its question is closed', async () => {
  const { chat, start } = await startProgramRig()
  const first = start()
  await chat.say('ann', '!background 600')
  await chat.seeEnd('ann', /./)
  await chat.say('bob', '!background 0.1 touch asked && rm -v asked')
  const prompt = await chat.seePrompt('bob')
  await first.kill()
  const second = start()
  await chat.see('ann', isCutOff)
  await chat.see('bob', isCutOff)
  await chat.see('bob', ({ reply }) => reply.kind === 'prompt' && reply.settled !== undefined)
  await chat.press('bob', prompt, 'once')
  await chat.see('bob', /settled already/)
  await chat.say('ann', '!background 600')
  await chat.until(() => chat.in('ann').filter(isFinal)[1])
  expect(await second.end()).toBe(0)
  const third = start()
  await chat.until(() => cutOffs(chat, 'ann')[1])
  await chat.say('ann', '!say still here')
  await chat.seeEnd('ann', /^still here$/)
  expect(await third.end()).toBe(0)
  expect(cutOffs(chat, 'ann')).toHaveLength(2)
  expect(cutOffs(chat, 'bob')).toHaveLength(1)
})
