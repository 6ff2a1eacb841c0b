import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'

test('an empty answer is asked for once more, and only the second is seen', async () => {
  const { chat, model, bot } = await startRig()
  await chat.say('ann', '!empty 1\n!say here I am')
  await chat.seeEnd('ann', /^here I am$/)
  await bot.idle()
  expect(chat.in('ann').filter(isFinal)).toHaveLength(1)
  const asked = model.requests.filter(({ lastUserText }) => lastUserText.includes('!empty'))
  expect(asked.at(-1)?.lastUserText).toMatch(/^Note from the chat bridge: your answer .* held no words/)
})

test('nothing twice is told, with what to do; both turns are paid for, and the conversation goes on', async () => {
  const { chat } = await startRig()
  await chat.say('ann', 'hello')
  const plain = await chat.until(() => chat.in('ann').find(isFinal))
  await chat.say('ann', '!empty')
  const { reply } = await chat.seeEnd('ann', /gave no answer, twice.*\/new/s)
  expect(reply).toMatchObject({ tone: 'error', outcome: 'failed' })
  const input = ({ reply: shown }: { reply: typeof reply }): number =>
    shown.kind === 'text' ? (shown.figures?.inputTokens ?? 0) : 0
  expect(input({ reply })).toBeGreaterThan(1.5 * input(plain))
  await chat.say('ann', '!say still here')
  await chat.seeEnd('ann', /^still here$/)
})

test('a turn that sent a message and added nothing is not run again', async () => {
  const { chat, model } = await startRig()
  await chat.say('ann', '!tool mcp__chat__send_message {"text":"see this"}\n!empty')
  await chat.see('ann', /^see this$/)
  await chat.seeEnd('ann', /without a word/)
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('held no words'))).toBe(false)
})

test('/stop in an empty turn asks nothing more', async () => {
  const { chat, model, bot } = await startRig()
  await chat.say('ann', '!bash sleep 30\n!empty')
  await chat.see('ann', ({ reply }) => reply.kind === 'text' && reply.draft === true)
  await chat.say('ann', '/stop')
  await chat.seeEnd('ann', /Stopped/)
  await bot.idle()
  expect(model.requests.some(({ lastUserText }) => lastUserText.includes('held no words'))).toBe(false)
})
