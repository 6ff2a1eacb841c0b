/** What Slack delivers is acknowledged in time, and handed over with what is known of its sender. */
import { expect, test } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack, type SlackRig, user } from './rig.ts'

async function started(bot = new RecordingBot()): Promise<SlackRig & { readonly bot: RecordingBot }> {
  const rig = await openSlack()
  await rig.adapter.start(bot, new AbortController().signal)
  return { ...rig, bot }
}

function never(): { readonly until: Promise<void>; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { until: promise, end: resolve }
}

test('a thread of which Slack is slow to tell holds its channel up for a moment, and loses nothing', async () => {
  const { slack, bot } = await started()
  const town = slack.channel('CTOWN')
  const { ts: thread } = slack.people.say(user, `hello <@${slack.team.bot.user}>`, { channel: town })
  const { ts: other } = slack.team.add({ channel: town, user, text: `<@${slack.team.bot.user}> before` })
  const { until, end } = never()
  slack.faults.plan('conversations.replies', { kind: 'late', until })
  const reply = slack.people.say('UBOB', 'in the thread', { channel: town, thread: other })
  const mention = slack.people.say('UCEM', 'named', { channel: town, mention: true })
  await mention.acked
  expect(reply.deliveries.map(({ acked }) => acked)).toEqual([false])
  end()
  await reply.acked
  const texts = bot.received.map((inbound) => (inbound.kind === 'message' ? inbound.text : ''))
  expect(texts.filter((text) => text === 'named')).toHaveLength(2)
  expect(thread).not.toBe(other)
})

test('a thread of which Slack tells no faster: it is asked no more before its time, and then the message is taken', async () => {
  const { slack, bot } = await started()
  const town = slack.channel('CTOWN')
  const { ts: thread } = slack.team.add({ channel: town, user, text: `<@${slack.team.bot.user}> before` })
  slack.faults.plan('conversations.replies', { kind: 'throttled', seconds: 2 })
  await slack.people.say('UBOB', 'in the thread', { channel: town, thread }).acked
  expect(bot.received.map(({ from }) => from.id)).toEqual(['UBOB'])
  expect(slack.calls.filter(({ method }) => method === 'conversations.replies')).toHaveLength(2)
})

test('commands are handed over in the language of whoever gives them', async () => {
  const { slack, bot, address } = await started()
  slack.team.people.set('UMEI', { name: 'Mei', locale: 'zh-CN' })
  await slack.people.command('UMEI', address.channel, 'cost').acked
  expect(bot.received[0]?.from).toEqual({ id: 'UMEI', name: 'Mei', locale: 'zh-CN' })
})

test('what a chat begins with is not waited for', async () => {
  const { slack } = await started()
  const { until, end } = never()
  slack.faults.plan('assistant.threads.setSuggestedPrompts', { kind: 'late', until })
  slack.faults.plan('assistant.threads.setSuggestedPrompts', { kind: 'late', until })
  await slack.people.openPanel(user).acked
  await slack.people.openHome(user, slack.team, 'messages').acked
  expect(slack.team.suggestions.size).toBe(0)
  end()
})

test('whoever presses Stop and may not is told so alone, and Slack shows that the work goes on', async () => {
  const bot = new RecordingBot()
  bot.answer = () => Promise.resolve('refused')
  const { slack, adapter, address } = await started(bot)
  const { channel, thread } = address
  await adapter.typing?.(address, { id: user })
  await slack.people.stop('UEVE', channel, thread).acked
  const told = await slack.see(channel, /can stop this/)
  expect(told).toMatchObject({ only: 'UEVE', threadTs: thread })
  expect(slack.team.sessions.get(`${channel}/${thread}`)?.status).toBe('processing')
})
