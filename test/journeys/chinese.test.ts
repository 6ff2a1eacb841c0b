import { expect, test } from 'vitest'
import type { PromptReply } from '../../src/contract.ts'
import type { FakeChat } from '../fakes/scripted/fake-chat.ts'
import { startRig } from '../rig/bot.ts'

function prompts(chat: FakeChat, channel: string): PromptReply[] {
  return chat.in(channel).flatMap(({ reply }) => (reply.kind === 'prompt' ? [reply] : []))
}

test('somebody who chose Chinese reads it in commands, dates and money, also after a restart; others read English', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '/lang zh')
  await chat.say('ann', '!say hello')
  await chat.seeEnd('ann', /^hello$/)
  await chat.say('bob', '!say hi')
  await chat.seeEnd('bob', /^hi$/)
  await rig.bot.idle()
  await rig.restart()

  await chat.say('ann', '/help')
  const help = await chat.seeEnd('ann', /不是命令的内容都会发给 Claude/)
  expect(help.text).toMatch(/`\/sessions \[all\]` 列出你在这里的会话[^]*Claude 自带的命令：.*`\/compact`/)
  await chat.say('ann', '/help resume')
  await chat.seeEnd(
    'ann',
    /^`\/resume <编号 \| 名称>` 继续之前的会话\n\n- session：`\/sessions` 中显示的编号或名称$/,
  )
  await chat.say('ann', '/sessions')
  await chat.seeEnd('ann', /\| 1 \|  \| 1 \| \d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d UTC \| 当前会话 \|/)
  await chat.say('ann', '/cost')
  await chat.seeEnd(
    'ann',
    /^当前会话：1 轮，US\$0\.\d{4}。[^]*你，今天（UTC） \| 1 \| [\d,]+ \| \d+ \| US\$0\.\d{4}/,
  )
  await chat.say('ann', '/who')
  await chat.seeEnd('ann', /^你是 `scripted:ann`（成员）。你可以与 Claude 对话/)
  await chat.say('ann', '/help pair')
  await chat.seeEnd(
    'ann',
    /- code：新人向你出示的配对码\n- role：默认为 `member`，即成员（.*`guest`.*）；可省略$/,
  )
  await chat.say('ann', '/resume nothing')
  expect((await chat.seeEnd('ann', /没有会话 `nothing`/)).reply).toMatchObject({ outcome: 'failed' })

  await chat.say('bob', '/sessions')
  await chat.seeEnd('bob', /\| \w{3} \d{1,2}, \d{4}, \d\d:\d\d UTC \| you are here \|/)
  await chat.say('bob', '/cost')
  await chat.seeEnd('bob', /^This session: 1 turn, \$0\.\d{4}\./)
})

test('an approval is asked, refused to others and settled in the language of each, through a restart', async () => {
  const rig = await startRig()
  const { chat } = rig
  await chat.say('ann', '/lang zh')
  await chat.say('ann', 'In town:\n!write a.txt x', { channel: 'town' })
  const asked = await chat.seePrompt('town')
  expect(asked).toMatchObject({ language: 'zh', title: 'Claude 请求使用 Write' })
  expect(asked.choices.map(({ label }) => label)).toContain('允许一次')
  await rig.restart()
  expect(await chat.press('bob', asked, 'once', undefined, { channel: 'town' })).toBe('refused')
  expect((await chat.see('town', /Only whoever asked Claude/)).reply).toMatchObject({ only: 'bob' })
  await chat.say('ann', '/stop', { channel: 'town' })
  await chat.seeEnd('town', /已停止/)
  await chat.until(() => prompts(chat, 'town').find(({ settled }) => settled?.label === '已不再需要'))

  await chat.say('bob', 'In town:\n!write b.txt x', { channel: 'town' })
  const english = await chat.seePrompt('town')
  expect(english.title).toBe('Claude wants to use Write')
  await chat.press('bob', english, 'deny', undefined, { channel: 'town' })
  await chat.until(() => prompts(chat, 'town').find(({ settled }) => settled?.label === 'Deny'))
})

test('where there are no buttons, a Chinese choice is typed in Chinese', async () => {
  const { chat } = await startRig({}, { buttons: 0 })
  await chat.say('ann', '/lang zh')
  await chat.say('ann', '!write a.txt x')
  const asked = await chat.see('ann', ({ reply }) => reply.kind === 'prompt')
  expect(asked.text).toMatch(/1\. 允许一次\n[^]*请回复序号/)
  await chat.say('ann', '拒绝并说明原因：不是这个文件')
  await chat.seeEnd('ann', /不是这个文件/)
})

test('a used-up budget is told to who was refused, and to the admin who may grant more, each in their language', async () => {
  const rig = await startRig({
    language: 'zh',
    access: { allow: ['*'], admins: ['scripted:root'] },
    budgets: { user: { day: { tokens: 100 } } },
  })
  const { chat } = rig
  await chat.say('root', '/lang en')
  await chat.seeEnd('root', /I speak English/)
  await chat.say('ann', '!say first')
  await chat.seeEnd('ann', /^first$/)
  await rig.bot.idle()
  await rig.restart()
  await chat.say('ann', '!say second')
  const refused = await chat.seeEnd('ann', /你的今日预算已用完：[\d,]+ \/ 100 token/)
  expect(refused.text).toMatch(/将于 \d{4}年\d{1,2}月\d{1,2}日 00:00 UTC 重新计算/)
  expect(refused.reply).toMatchObject({ outcome: 'failed' })
  const appeal = await chat.seePrompt('root')
  expect(appeal.title).toBe('More money for scripted:ann?')
  await chat.press('root', appeal, 'whole')
  const again = await chat.seePrompt('ann')
  expect(again.title).toBe('现在运行你的消息吗？')
  await chat.press('ann', again, 'run')
  await chat.seeEnd('ann', /^second$/)
  await chat.until(() => prompts(chat, 'ann').find(({ settled }) => settled?.label === '现在运行'))
})

test('what goes wrong with Claude is said in Chinese, with what the API said', async () => {
  const { chat } = await startRig()
  await chat.say('ann', '/lang zh')
  await chat.say('ann', '!error 401')
  const failed = await chat.seeEnd('ann', /Claude 的 API 拒绝了登录/)
  expect(failed.reply).toMatchObject({ outcome: 'failed', language: 'zh' })
  await chat.say('ann', '/cd nowhere')
  await chat.seeEnd('ann', /你的工作区中没有文件夹 `nowhere`.*`\/cd \.`/)
})
