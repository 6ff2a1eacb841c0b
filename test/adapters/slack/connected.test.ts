import { expect, test, vi } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack } from './rig.ts'

test('it says whether its connection is up', async () => {
  const { slack, adapter } = await openSlack()
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  expect(adapter.connected?.()).toBe(true)
  const whenTold: unknown[] = []
  vi.spyOn(bot.log, 'info').mockImplementation((_, message) => {
    if (message.includes('is lost')) whenTold.push(adapter.connected?.())
  })
  const again = slack.socket.reconnected()
  slack.socket.drop()
  await again
  await vi.waitFor(() => expect([whenTold, adapter.connected?.()]).toEqual([[false], true]))
})
