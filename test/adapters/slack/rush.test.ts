/** More answers at once than Slack's rates let a workspace show while they are written. */
import { expect, test } from 'vitest'
import type { Address } from '../../../src/contract.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openSlack, user } from './rig.ts'

const asker = { id: user }

test('a turn that may not begin to grow for long says so at once, for the core to post and edit it', async () => {
  const { adapter, slack, address } = await openSlack()
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const begun = Array.from({ length: 9 }, (_, n) =>
    adapter.stream?.(address, `slack:D1:${n}.1/answer`, asker),
  )
  await Promise.all(begun.slice(0, 8).map(async (stream) => stream?.show({ markdown: 'One', tools: [] })))
  await expect(begun[8]?.show({ markdown: 'One', tools: [] })).rejects.toMatchObject({ code: 'unsupported' })
  for (const stream of begun) await stream?.abandon()
  expect(slack.rates.refused).toEqual([])
})

test('a draft is posted only while its end can be shown in its place; without one an answer is posted at once', async () => {
  const { adapter, slack } = await openSlack()
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const chats = Array.from({ length: 12 }, (_, n): Address => {
    return { adapter: 'slack', tenant: slack.team.id, channel: slack.people.direct(`U${n}`) }
  })
  const drafts = await Promise.allSettled(
    chats.map((chat) => adapter.send(chat, textReply('One', { draft: true }))),
  )
  const posted = drafts.flatMap((draft) => (draft.status === 'fulfilled' ? [draft.value] : []))
  const heldBack = drafts.flatMap((draft) => (draft.status === 'rejected' ? [draft.reason as unknown] : []))
  expect(posted).toHaveLength(10)
  expect(heldBack).toEqual([
    expect.objectContaining({ code: 'throttled', draftsOnly: true }),
    expect.objectContaining({ code: 'throttled', draftsOnly: true }),
  ])
  const final = textReply('One two', { outcome: 'answered' })
  for (const sent of posted) await adapter.edit?.(sent, final)
  for (const chat of chats.slice(-2)) await adapter.send(chat, final)
  expect(chats.map(({ channel }) => slack.said(channel))).toEqual(chats.map(() => ['One two']))
  // What the drafts had counted for was their ends: others may begin when the minute has room for one more.
  for (const chat of chats.slice(0, 1))
    await expect(adapter.send(chat, textReply('Three', { draft: true }))).rejects.toSatisfy(
      ({ retryAfter }) => Number(retryAfter) <= 1500,
    )
  expect(slack.rates.refused).toEqual([])
})
