/** More turns at once than Discord takes calls in a second. */
import { expect, onTestFinished, test } from 'vitest'
import type { Address } from '../../../src/contract.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord } from './rig.ts'

test('60 people are answered at once: typing signs and drafts leave room for what is final', async () => {
  const { discord, adapter } = await openDiscord()
  await adapter.start(new RecordingBot(), new AbortController().signal)
  onTestFinished(() => adapter.stop())
  const chats = Array.from({ length: 60 }, (_, n): Address => {
    return { adapter: 'discord', channel: discord.people.direct(`person ${n}`) }
  })
  await Promise.all(chats.map(async (chat) => adapter.typing?.(chat, { id: 'u' })))
  const drafts = await Promise.allSettled(
    chats.map((chat) => adapter.send(chat, textReply('One', { draft: true }))),
  )
  const heldBack = drafts.flatMap((draft) => (draft.status === 'rejected' ? [draft.reason as unknown] : []))
  expect(heldBack.length).toBeGreaterThan(0)
  expect(heldBack).toEqual(
    heldBack.map(() => expect.objectContaining({ code: 'throttled', draftsOnly: true })),
  )
  expect(discord.typing.length).toBeGreaterThan(0)
  const last = chats.slice(-5)
  await Promise.all(last.map((chat) => adapter.send(chat, textReply('The answer', { outcome: 'answered' }))))
  expect(last.map(({ channel }) => discord.said(channel))).toEqual(last.map(() => ['The answer']))
  expect(discord.calls.filter(({ status }) => status === 429)).toEqual([])
})
