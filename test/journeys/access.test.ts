/** Who may talk where, and what roles may do, as people see it. */
import { expect, test } from 'vitest'
import { startRig } from '../rig/bot.ts'
import { aProcess } from '../rig/processes.ts'

test('channels and tenants that are not allowed hear nothing; direct chats stay open', async () => {
  const { chat, model } = await startRig({
    access: { allow: ['*'], channels: { allow: ['scripted:town'], deny: ['scripted:cem'] } },
  })
  expect(await chat.say('ann', '!say one', { channel: 'elsewhere' })).toBe('refused')
  expect(await chat.say('cem', '!say two')).toBe('refused')
  expect(await chat.say('ann', '!say three', { channel: 'town' })).toBe('accepted')
  await chat.seeEnd('town', /./)
  expect(await chat.say('ann', '!say four')).toBe('accepted')
  await chat.seeEnd('ann', /^four$/)
  expect([...chat.in('elsewhere'), ...chat.in('cem')]).toEqual([])
  expect(model.requests.some(({ lastUserText }) => /one|two/.test(lastUserText))).toBe(false)
})

const withGuest = { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:olga'] }

test('a guest may talk; an operator decides what Claude may do for the guest', async () => {
  const { chat } = await startRig({ access: withGuest })
  const town = { channel: 'town' }
  await chat.say('gus', 'please\n!write hello.txt hi', town)
  const prompt = await chat.seePrompt('town')
  expect(await chat.press('gus', prompt, 'once', undefined, town)).toBe('refused')
  await chat.see('town', /You are a guest here/)
  expect(await chat.press('ann', prompt, 'once', undefined, town)).toBe('refused')
  await chat.see('town', /Only whoever asked/)
  expect(await chat.press('olga', prompt, 'once', undefined, town)).toBe('accepted')
  await chat.seeEnd('town', /hello\.txt/)
})

test('what a guest asks in a direct chat is put to operators in theirs, also after a restart; the first answer settles all', async () => {
  const rig = await startRig({
    access: { ...withGuest, admins: ['scripted:root'] },
    approvals: { expire: '1h', remind: '3599s' },
  })
  const { chat } = rig
  for (const user of ['olga', 'root', 'ann']) {
    await chat.say(user, '!say hello', user === 'root' ? { locale: 'zh-CN' } : {})
    await chat.seeEnd(user, /^hello$/)
  }
  await chat.say('gus', '!write hello.txt hi')
  const own = await chat.seePrompt('gus')
  expect(own.markdown).toContain('2 people who may decide this were asked')
  const asked = await chat.seePrompt('olga')
  expect(asked.markdown).toMatch(/`scripted:gus` asked Claude[^]*on `scripted`[^]*hello\.txt[^]*hi/)
  expect((await chat.seePrompt('root')).choices.map(({ label }) => label)).toContain('允许一次')
  await chat.see('olga', /Still waiting for your answer/)
  await rig.restart()
  expect(await chat.press('gus', own, 'once')).toBe('refused')
  expect(await chat.press('olga', asked, 'once')).toBe('accepted')
  await chat.seeEnd('gus', /hello\.txt/)
  const settled = (channel: string): unknown =>
    chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply.settled] : []))
  const by = { by: 'scripted:olga' }
  expect(settled('gus')).toMatchObject([{ label: 'Allow once', ...by }])
  expect(settled('olga')).toMatchObject([{ label: 'Allow once', ...by }])
  expect(settled('root')).toMatchObject([{ label: '允许一次', ...by }])
  expect(settled('ann')).toEqual([])
  expect(await chat.press('root', asked, 'deny')).toBe('duplicate')
})

test('what a guest asks where others read along is put to operators in direct chats once nobody there has answered for long', async () => {
  const rig = await startRig({
    access: { ...withGuest, admins: ['scripted:root'] },
    approvals: { expire: '1h', remind: '3595s' },
  })
  const { chat } = rig
  for (const user of ['olga', 'ann']) {
    await chat.say(user, '!say hello')
    await chat.seeEnd(user, /^hello$/)
  }
  const town = { channel: 'town' }
  await chat.say('gus', 'please\n!write hello.txt hi', town)
  const there = await chat.seePrompt('town')
  expect(there.markdown).not.toMatch(/may decide this/)
  // Whoever comes within reach meanwhile is asked as well.
  await chat.say('root', '!say hello', { locale: 'zh-CN' })
  await rig.restart()
  expect((await chat.see('town', /Still waiting/)).text).toMatch(/2 people who may decide this were asked/)
  const asked = await chat.seePrompt('olga')
  expect(asked.markdown).toMatch(
    /`scripted:gus` asked Claude[^]*chat `town` on `scripted`[^]*hello\.txt[^]*hi/,
  )
  expect((await chat.seePrompt('root')).choices.map(({ label }) => label)).toContain('允许一次')
  expect(await chat.press('olga', asked, 'once')).toBe('accepted')
  await chat.seeEnd('town', /hello\.txt/)
  const settled = (channel: string): unknown =>
    chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply.settled] : []))
  const by = { by: 'scripted:olga' }
  expect(settled('town')).toMatchObject([{ label: 'Allow once', ...by }])
  expect(settled('root')).toMatchObject([{ label: '允许一次', ...by }])
  expect([settled('olga'), settled('ann')]).toMatchObject([[by], []])
})

test('a guest is told when nobody who could decide can be reached; whoever is within reach later is asked then', async () => {
  const rig = await startRig({ access: withGuest, approvals: { expire: '1h', remind: '3595s' } })
  const { chat } = rig
  await chat.say('gus', '!write hello.txt hi')
  expect((await chat.seePrompt('gus')).markdown).toMatch(/Nobody who may decide this can be reached/)
  await chat.say('olga', '!say hello')
  await rig.restart()
  expect((await chat.see('gus', /Still waiting/)).text).toMatch(/Somebody who may decide this was asked/)
  const asked = await chat.seePrompt('olga')
  expect(asked.markdown).toMatch(/`scripted:gus` asked Claude[^]*in a direct chat[^]*hello\.txt/)
  expect(await chat.press('olga', asked, 'once')).toBe('accepted')
  await chat.seeEnd('gus', /hello\.txt/)
})

test('in a shared conversation only whoever began a turn stops it, or an operator', async () => {
  const { chat } = await startRig({
    sessions: { scope: 'channel' },
    access: { allow: ['*'], operators: ['scripted:olga'] },
  })
  // Claude is told who speaks, in front of the first line.
  await chat.say('ann', 'please\n!slow 30 20', { channel: 'town' })
  await chat.until(() => chat.in('town')[0])
  await chat.say('bob', '/stop', { channel: 'town' })
  await chat.seeEnd('town', /turn of somebody else/)
  await chat.say('olga', '/stop', { channel: 'town' })
  const stopped = await chat.seeEnd('town', /Stopped\./)
  expect(stopped.key).toContain('/answer')
})

test('the whole bot is shown to operators alone', async () => {
  const { chat } = await startRig({ access: { allow: ['*'], operators: ['scripted:olga'] } })
  await chat.say('ann', '/status')
  expect((await chat.seeEnd('ann', /No session yet/)).text).not.toContain('Whole bot')
  await chat.say('olga', '/status')
  await chat.seeEnd('olga', /Whole bot/)
})

test('a message that is gone from the chat is withdrawn, whoever the platform says has deleted it', async () => {
  const { chat, bot } = await startRig({
    access: { allow: ['scripted:ann'] },
    claude: { allowedTools: ['Bash'] },
  })
  await chat.say('ann', '!bash tail --follow /dev/null')
  const tool = await aProcess(/^tail --follow/)
  await chat.say('ann', '!say unwanted', { id: 'B' })
  expect(await chat.remove('the bot itself', 'B', { channel: 'ann' })).toBe('accepted')
  await chat.see('ann', /deleted before its turn/)
  process.kill(tool.pid)
  await bot.idle()
  expect(chat.in('ann').map(({ text }) => text)).not.toContain('unwanted')
})

test('whoever is denied is heard nowhere, however else they are allowed, after a restart too', async () => {
  const access = { allow: ['*'], operators: ['scripted:eve'], deny: ['scripted:eve'] }
  const rig = await startRig({ access })
  const { chat, model } = rig
  expect(await chat.say('eve', '!say one')).toBe('refused')
  expect(await chat.say('eve', 'now\n!say two', { channel: 'town' })).toBe('refused')
  await chat.say('ann', 'now\n!write a.txt x', { channel: 'town' })
  const prompt = await chat.seePrompt('town')
  await rig.restart()
  expect(await chat.say('eve', '!say three')).toBe('refused')
  expect(await chat.press('eve', prompt, 'once', undefined, { channel: 'town' })).toBe('refused')
  expect(await chat.press('ann', prompt, 'deny', undefined, { channel: 'town' })).toBe('accepted')
  await chat.seeEnd('town', /denied/)
  await rig.restart({ access: { ...access, deny: [] } })
  expect(await chat.say('eve', '!say four')).toBe('accepted')
  await chat.seeEnd('eve', /^four$/)
  expect(model.requests.some(({ lastUserText }) => /!say (one|two|three)/.test(lastUserText))).toBe(false)
})

test('what somebody wrote before they were barred is not run at the next start, and they are told', async () => {
  const access = { allow: ['*'] }
  const rig = await startRig({ access })
  const { chat, model } = rig
  await chat.say('eve', '!write a.txt x')
  await chat.seePrompt('eve')
  await chat.say('eve', '!say later')
  await chat.say('ann', '!write b.txt x')
  const prompt = await chat.seePrompt('ann')
  await rig.restart({ access: { ...access, deny: ['scripted:eve'] } })
  await chat.until(() => chat.in('eve').filter(({ text }) => text.includes('may not talk with me'))[1])
  const { reply } = await chat.see('eve', ({ text }) => text.includes('wants to use Write'))
  expect(reply).toMatchObject({ settled: { label: 'No longer needed' } })
  expect(await chat.press('ann', prompt, 'deny')).toBe('accepted')
  await chat.seeEnd('ann', /denied/)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('later'))).toBe(false)
})

test('whoever is let in by a group is in as long as the chat says so, what waits too; a group can be denied', async () => {
  const access = { allow: ['scripted:role:dev'], deny: ['scripted:role:out'], pairing: 'code' as const }
  const { chat, model } = await startRig({ access })
  const dev = { groups: ['role:dev', 'role:tea'] }
  expect(await chat.say('ann', '/who', dev)).toBe('accepted')
  await chat.seeEnd('ann', /`scripted:role:dev` and `scripted:role:tea`/)
  await chat.say('ann', '!write a.txt x', dev)
  const prompt = await chat.seePrompt('ann')
  // A chat that does not tell every time has not said that anything changed.
  await chat.say('ann', '!say later')
  expect(await chat.say('ann', '!say lost', { groups: ['role:tea'] })).toBe('refused')
  await chat.see('ann', /We have not met/)
  expect(await chat.press('ann', prompt, 'once')).toBe('refused')
  expect(await chat.say('ann', '!say back', dev)).toBe('accepted')
  expect(await chat.press('ann', prompt, 'deny')).toBe('accepted')
  await chat.seeEnd('ann', /^back$/)
  expect(await chat.say('eve', '!say denied', { groups: ['role:dev', 'role:out'] })).toBe('refused')
  expect(chat.in('eve')).toEqual([])
  expect(model.requests.some(({ lastUserText }) => /lost|denied/.test(lastUserText))).toBe(false)
})
