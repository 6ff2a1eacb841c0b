/** The typing sign, through a turn in which there is nothing to read for long. */
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { openDraft } from '../../../src/reply/draft.ts'
import { LiveStreams } from '../../../src/reply/live.ts'
import { Pace } from '../../../src/reply/pace.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, user } from './rig.ts'

afterEach(() => void vi.useRealTimers())

const typing = 'POST /channels/:channel/typing'

test('it is seen without a gap until there is something to read, also when Discord refuses it once; then no longer', async () => {
  const { discord, adapter, address } = await openDiscord()
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  onTestFinished(() => adapter.stop())
  const { channel } = address
  const isSeen = (): boolean => (discord.typingUntil.get(channel) ?? 0) > Date.now()
  // Time goes by when the test says so; the calls are real, and take none.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const told = vi.spyOn(adapter, 'typing')
  const key = `discord:${discord.people.say(user, 'hi', { channel, mention: true }).id}/answer`
  const draft = openDraft({
    adapter,
    address,
    key,
    asker: { id: user },
    onSent: async () => undefined,
    pace: new Pace(),
    live: new LiveStreams(),
    log: bot.log,
    again: false,
    unsent: async () => 0,
  })
  let called = 0
  const oneMore = async (): Promise<void> => {
    called += 1
    while (told.mock.calls.length < called) await setImmediate()
    await Promise.allSettled(told.mock.results.map(async ({ value }) => value))
    // Only now the pause after it begins.
    await setImmediate()
  }
  await oneMore()
  for (const second of Array.from({ length: 60 }, (_, index) => index + 1)) {
    if (second === 23) discord.faults.plan(typing, { kind: 'throttled', seconds: 1 })
    await vi.advanceTimersByTimeAsync(1000)
    if (second % 5 === 0) await oneMore()
    expect([second, isSeen()]).toEqual([second, true])
  }
  draft.show({ markdown: 'one', tools: [] })
  await discord.see(channel, /^one$/)
  expect(isSeen()).toBe(false)
  const sent = await draft.settle()
  if (sent === undefined) throw new Error('nothing stands')
  await adapter.edit?.(sent, textReply('one and two', { key }))
  await vi.advanceTimersByTimeAsync(20_000)
  expect([told.mock.calls.length, isSeen()]).toEqual([called, false])
  expect(discord.said(channel)).toEqual(['one and two'])
})
