/** In which language Feishu's own words are said: the cloud's, unless it is known what the reader speaks. */
import { expect, onTestFinished, test } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { speechOf } from '../../../adapters/lark/words.ts'
import type { PromptReply } from '../../../src/contract.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { larkSettings, user } from './rig.ts'

test('Chinese on feishu.cn, English elsewhere, and either for whoever speaks it', () => {
  const [feishu, lark] = [speechOf(true), speechOf(false)]
  expect([feishu().stop, feishu('fr').stop, feishu('en').stop, feishu('en-US').stop]).toEqual([
    '停止',
    '停止',
    'Stop',
    'Stop',
  ])
  expect([lark().stop, lark('zh').stop, lark('zh-CN').stop]).toEqual(['Stop', '停止', '停止'])
})

test('a card, its buttons, the toast of a press and a running turn speak the language of whom they are for', async () => {
  const lark = await startLark()
  const adapter = create(larkSettings(lark))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  lark.people.join(user)
  const address = { adapter: 'lark', tenant: lark.tenant.key, channel: user }
  const chat = lark.tenant.direct(user).id
  const choices = [{ id: 'a', label: '好' }]
  const prompt: PromptReply = {
    kind: 'prompt',
    key: 'k',
    prompt: 'p',
    title: '?',
    markdown: '',
    choices,
    ownText: true,
  }
  await adapter.send(address, { ...prompt, language: 'zh' })
  await lark.see(chat, /\[用自己的话回答\]/)
  const press = lark.people.press(user, chat, '好')
  expect(await press.delivery.answer).toEqual({ toast: { type: 'success', content: '已收到' } })
  const stream = adapter.stream?.(address, 'lark:om_1/answer', { id: user, locale: 'zh' })
  await stream?.show({ markdown: '', tools: [] })
  await lark.see(chat, /思考中[^]*\[停止\]/)
  await stream?.abandon()
})
