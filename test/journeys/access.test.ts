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

test('a guest may talk; an operator decides what Claude may do for the guest', async () => {
  const { chat } = await startRig({
    access: { allow: ['scripted:ann'], guests: ['scripted:gus'], operators: ['scripted:olga'] },
  })
  await chat.say('gus', '!write hello.txt hi')
  const prompt = await chat.seePrompt('gus')
  expect(await chat.press('gus', prompt, 'once')).toBe('refused')
  await chat.see('gus', /You are a guest here/)
  expect(await chat.press('ann', prompt, 'once', undefined, { channel: 'gus' })).toBe('refused')
  await chat.see('gus', /Only whoever asked/)
  expect(await chat.press('olga', prompt, 'once', undefined, { channel: 'gus' })).toBe('accepted')
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
