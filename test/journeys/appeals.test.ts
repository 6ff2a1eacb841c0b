/** A budget is used up: who may grant more is asked, once, where they can press. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PromptReply } from '../../src/contract.ts'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { type ChatOptions, type Rig, startRig } from '../rig/bot.ts'

/** The CLI's own prompt alone has thousands of tokens: one turn is enough. */
const oneTurn = { budgets: { user: { day: { tokens: 100 } } } }
const access = { allow: ['*'], admins: ['scripted:root', 'scripted:boss'] }

/** ann has used up her budget; the admins have written to the bot before. */
async function usedUp(chatOptions: ChatOptions = {}): Promise<Rig> {
  const rig = await startRig({ ...oneTurn, access }, chatOptions)
  const { chat } = rig
  await chat.say('root', '/who')
  await chat.say('boss', '/who')
  await chat.say('ann', '!say first')
  await chat.seeEnd('ann', /^first$/)
  await rig.bot.idle()
  return rig
}

function prompts(chat: FakeChat, channel: string): PromptReply[] {
  return chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply] : []))
}

/** Behind the line that each log begins with. */
async function audited(dir: string): Promise<unknown[]> {
  const text = await readFile(join(dir, 'data/audit.jsonl'), 'utf8')
  const [, ...lines] = text.trim().split('\n')
  return lines.map((line): unknown => JSON.parse(line))
}

test('admins are asked once; one grants, all see it, and the refused messages can be run, across restarts', async () => {
  const rig = await usedUp()
  const { chat, dir } = rig
  await chat.say('ann', '!say second')
  const refused = await chat.seeEnd('ann', /used up: [\d,]+ of 100 tokens/)
  expect(refused.text).toMatch(/Admins were asked for more.*`\/grant scripted:ann 100`/)
  await chat.seePrompt('boss')
  const asked = await chat.seePrompt('root')
  expect(asked).toMatchObject({ title: 'More money for scripted:ann?' })
  expect(asked.markdown).toMatch(/budget for today is used up: [\d,]+ of 100 tokens/)
  await chat.say('ann', '!say third')
  await chat.until(() => chat.in('ann').filter(({ text }) => text.includes('used up'))[1])
  await rig.restart()
  expect([...prompts(chat, 'root'), ...prompts(chat, 'boss'), ...prompts(chat, 'ann')]).toHaveLength(2)

  expect(await chat.press('ann', asked, 'half', undefined, { channel: 'root' })).toBe('refused')
  await chat.see('root', /Only admins grant/)
  expect(await chat.press('root', asked, 'whole')).toBe('accepted')
  const settled = await chat.until(() => prompts(chat, 'boss').find((prompt) => prompt.settled !== undefined))
  expect(settled.settled).toMatchObject({
    label: expect.stringMatching(/^\+ [\d,]+00 tokens today$/),
    by: 'scripted:root',
  })
  expect(await chat.press('boss', settled, 'whole')).toBe('duplicate')
  await chat.see('boss', /settled already/)

  const again = await chat.seePrompt('ann')
  expect(again).toMatchObject({ title: 'Run your 2 messages now?' })
  expect(again.markdown).toMatch(/scripted:root granted [\d,]+ tokens more for today \(your budget\)/)
  await rig.restart()
  expect(await chat.press('boss', again, 'run', undefined, { channel: 'ann' })).toBe('refused')
  expect(await chat.press('ann', again, 'run')).toBe('accepted')
  await chat.seeEnd('ann', /^second$/)
  await chat.until(() => chat.in('ann').filter(({ text }) => text.includes('used up'))[2])
  expect(await audited(dir)).toMatchObject([
    { event: 'granted', account: 'scripted:ann', by: 'scripted:root' },
  ])
})

test('an admin declines: who was refused is told, and admins are not asked again that day', async () => {
  const rig = await usedUp()
  const { chat, dir } = rig
  await chat.say('ann', '!say second')
  await chat.press('root', await chat.seePrompt('root'), 'no')
  await chat.see('ann', /scripted:root declined/)
  await rig.restart()
  await chat.say('ann', '!say third')
  await chat.seeEnd('ann', /Admins were asked for more and declined/)
  await rig.bot.idle()
  expect(prompts(chat, 'root')).toHaveLength(1)
  expect(await audited(dir)).toMatchObject([
    { event: 'declined', by: 'scripted:root', requester: 'scripted:ann' },
  ])
})

test('in a shared chat the admin presses where it was refused; whoever else does is told why not', async () => {
  const rig = await startRig({ budgets: { channel: { day: { tokens: 100 } } }, access })
  const { chat } = rig
  await chat.say('ann', 'hello\n!say first', { channel: 'town' })
  await chat.seeEnd('town', /^first$/)
  await rig.bot.idle()
  await chat.say('bob', 'hello\n!say second', { channel: 'town' })
  const asked = await chat.seePrompt('town')
  expect(await chat.press('bob', asked, 'half', undefined, { channel: 'town' })).toBe('refused')
  await chat.press('boss', asked, 'half', undefined, { channel: 'town' })
  const again = await chat.until(() =>
    prompts(chat, 'town').find(({ title }) => title.startsWith('Run your')),
  )
  await chat.press('bob', again, 'leave', undefined, { channel: 'town' })
  await chat.until(() => prompts(chat, 'town').find((prompt) => prompt.settled?.label === 'Leave it'))
  expect(rig.model.requests.some(({ lastUserText }) => lastUserText.includes('second'))).toBe(false)
})

test('without buttons admins are told the command, once, and what it grants stands in the audit log', async () => {
  const { chat, dir, bot } = await usedUp({ buttons: 0 })
  await chat.say('ann', '!say second')
  await chat.see('root', /To grant more: `\/grant scripted:ann 100`/)
  await chat.say('ann', '!say third')
  await chat.until(() => chat.in('ann').filter(({ text }) => text.includes('used up'))[1])
  await chat.say('root', '/grant scripted:ann 900000000')
  await chat.say('ann', '!say fourth')
  await chat.seeEnd('ann', /^fourth$/)
  await bot.idle()
  expect(chat.in('root').filter(({ text }) => text.includes('To grant more'))).toHaveLength(1)
  expect([...prompts(chat, 'root'), ...prompts(chat, 'ann')]).toEqual([])
  expect(await audited(dir)).toMatchObject([{ event: 'granted', tokens: 900_000_000, by: 'scripted:root' }])
})

test('room made by a command settles what admins were asked, once there is enough, and the refused is offered', async () => {
  const rig = await usedUp()
  const { chat, dir } = rig
  await chat.say('ann', '!say second')
  const asked = await chat.seePrompt('root')
  await chat.say('root', '/grant here 900000000')
  await chat.seeEnd('root', /no budget in tokens for `here`.*\n\n- `<adapter>:<user id>` today: 100 tokens/)
  await chat.say('root', '/grant scripted:ann $5')
  await chat.seeEnd('root', /no budget in dollars for `scripted:ann`/)
  await chat.say('root', '/grant scripted:ann 1')
  await chat.seeEnd('root', /Granted: 1 tokens more/)
  expect(prompts(chat, 'ann')).toEqual([])
  await rig.restart()
  await chat.say('boss', '/grant scripted:ann 900000000')
  const again = await chat.seePrompt('ann')
  expect(again).toMatchObject({ title: 'Run your message now?' })
  expect(again.markdown).toMatch(/scripted:boss granted 900,000,000 tokens more for today/)
  const settled = await chat.until(() => prompts(chat, 'root').find((prompt) => prompt.settled !== undefined))
  expect(settled.settled).toMatchObject({ label: 'Granted by /grant', by: 'scripted:boss' })
  expect(await chat.press('root', asked, 'whole')).toBe('duplicate')
  await chat.press('ann', again, 'run')
  await chat.seeEnd('ann', /^second$/)
  expect(await audited(dir)).toMatchObject([{ tokens: 1 }, { tokens: 900_000_000 }])
})
