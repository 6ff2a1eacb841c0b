/** Messages of one chat are handed over in their order, whatever has to be asked about each. */
import { expect, test } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openSlack, user } from './rig.ts'

test('a message that names somebody not known yet is not overtaken by the next one', async () => {
  const { slack, adapter } = await openSlack()
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const { people } = slack
  await people.say(user, 'hello').acked
  const { promise: until, resolve: answer } = Promise.withResolvers<void>()
  slack.faults.plan('users.info', { kind: 'late', until })
  people.say(user, 'tell <@UBOB>', { raw: true })
  const last = people.say(user, 'and then rest')
  await slack.until(() => slack.calls.filter(({ method }) => method === 'users.info').length > 1 || undefined)
  const elsewhere = people.say('UCEM', 'elsewhere')
  await elsewhere.acked
  answer()
  await last.acked
  const texts = bot.received.flatMap((inbound) => (inbound.kind === 'message' ? [inbound.text] : []))
  expect(texts).toEqual(['hello', 'elsewhere', 'tell @UBOB', 'and then rest'])
})

test('one that cannot be looked into holds up none of those behind it', async () => {
  const { slack, adapter } = await openSlack()
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const town = slack.channel('CTOWN')
  const { ts } = slack.people.say('UBOB', 'a thread', { channel: town })
  slack.faults.plan('conversations.replies', { kind: 'status', status: 503 })
  slack.people.say('UBOB', 'in it', { channel: town, thread: ts })
  await slack.people.say(user, 'please', { channel: town, mention: true }).acked
  // Slack tells of a mention twice.
  expect(bot.received).toMatchObject([{ text: 'please' }, { text: 'please' }])
})
