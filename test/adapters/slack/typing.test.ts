/** What stands behind the bot's name while Claude thinks. */
import { expect, test } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack, user } from './rig.ts'

test('it is said in the language of whoever asked', async () => {
  const { slack, adapter, address } = await openSlack()
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const status = (): string | undefined => slack.team.statuses.get(`${address.channel}/${address.thread}`)
  await adapter.typing?.(address, { id: user, locale: 'zh-CN' })
  expect(status()).toBe('正在思考…')
  await adapter.typing?.(address, { id: user })
  expect(status()).toBe('is thinking …')
})
