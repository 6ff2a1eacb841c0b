/** What stands behind the bot's name while Claude thinks. */
import { expect, test } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack, user } from './rig.ts'

test('it is said in the language of whoever asked', async () => {
  const { slack, adapter, address } = await openSlack()
  slack.agents = false
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const status = (): string | undefined => slack.team.statuses.get(`${address.channel}/${address.thread}`)
  await adapter.typing?.(address, { id: user, locale: 'zh-CN' })
  expect(status()).toBe('正在思考…')
  await adapter.typing?.(address, { id: user })
  expect(status()).toBe('is thinking …')
})

test('where the app is an agent Slack shows it by itself, until the answer stands, however that came about', async () => {
  const { slack, adapter, address } = await openSlack()
  await adapter.start(new RecordingBot(), new AbortController().signal)
  const asker = { id: user }
  const status = (): string | undefined =>
    slack.team.sessions.get(`${address.channel}/${address.thread}`)?.status
  const rests = (): Promise<true> => slack.until(() => status() === 'active' || undefined)
  const said = { kind: 'text', markdown: 'done', tone: 'answer', outcome: 'answered' } as const
  const view = { markdown: 'do', tools: [] }
  const begin = async (): Promise<void> => {
    await adapter.typing?.(address, asker)
    expect(status()).toBe('processing')
  }

  await begin()
  await adapter.send(address, { ...said, key: 'slack:D1:1/a' })
  await rests()
  await begin()
  const stream = adapter.stream?.(address, 'slack:D1:2/a', asker)
  await stream?.show(view)
  expect(await stream?.finish({ ...said, key: 'slack:D1:2/a' })).toBe(true)
  await rests()
  await begin()
  const taken = adapter.stream?.(address, 'slack:D1:3/a', asker)
  await taken?.show(view)
  await taken?.abandon()
  await rests()
  // What Slack is too busy to hear is told again.
  await begin()
  slack.faults.plan('agents.sessions.setStatus', { kind: 'throttled', seconds: 1 })
  await adapter.send(address, { ...said, key: 'slack:D1:4/a' })
  await rests()
  expect(slack.team.statuses.size).toBe(0)
})
