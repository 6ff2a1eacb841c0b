/** Nothing that comes by the gateway can do harm, whatever it is made of. */
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openDiscord, user } from './rig.ts'

const events = [
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'INTERACTION_CREATE',
  'TYPING_START',
  'GUILD_CREATE',
  'GUILD_DELETE',
  'THREAD_CREATE',
  'THREAD_UPDATE',
  'THREAD_DELETE',
  'THREAD_MEMBERS_UPDATE',
  'CHANNEL_UPDATE',
  'GUILD_MEMBER_UPDATE',
  'RESUMED',
  '__proto__',
]
const snowflake = fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }).map(String)
const person = { id: '80351110224678912', username: 'ann' }
/** Each as Discord sends it, all in one: what an event does not know it passes over. */
const whole = {
  id: '1234567890123456',
  ids: ['1234567890123456'],
  channel_id: '1234567890123457',
  user_id: person.id,
  author: person,
  user: person,
  member: { user: person, roles: ['1'] },
  type: 0,
  content: 'hello <@1>',
  timestamp: new Date().toISOString(),
  edited_timestamp: new Date().toISOString(),
  nonce: 'n',
  mentions: [person],
  attachments: [{ id: '1', filename: 'a', url: 'https://cdn.discordapp.com/a', size: 1 }],
  referenced_message: { author: person, content: 'said', attachments: [] },
  message_snapshots: [{ message: { content: 'forwarded' } }],
  removed_member_ids: ['1'],
  unavailable: true,
  token: 't',
  application_id: '1',
  data: { custom_id: 'parley/choice/p/once', values: ['choice:x'], name: 'help', options: [] },
  channels: [{ id: '1', type: 0 }],
  threads: [{ id: '2', type: 11, parent_id: '1', owner_id: '3', member: {} }],
  parent_id: '1',
  owner_id: '2',
}
const odd = fc.oneof(
  fc.jsonValue(),
  snowflake,
  fc.constantFrom(null, '', '-1', '٣', -1, 1e308, '\uD83D', '%', 'parley/choice/%', '9'.repeat(40)),
)
const inThread = { ...whole, guild_id: '5', channel_id: '2' }
/** One of these with some of its fields replaced or gone. */
const mangled = fc
  .tuple(
    fc.constantFrom(whole, inThread),
    // Of messages, channels and interactions.
    fc.constantFrom(0, 2, 3, 4, 5, 11, 19),
    fc.array(fc.tuple(fc.constantFrom(...Object.keys(inThread)), fc.option(odd, { nil: undefined })), {
      maxLength: 6,
    }),
  )
  .map(([base, type, changes]) => ({ ...base, type, ...Object.fromEntries(changes) }))
const payload = fc.record({
  op: fc.constant(0),
  t: fc.constantFrom(...events),
  s: fc.oneof(fc.constant(1), fc.constant(null)),
  d: fc.oneof({ weight: 1, arbitrary: fc.jsonValue() }, { weight: 4, arbitrary: mangled }),
})

test('no event ends the process or the session, or keeps the next message away', async () => {
  const rig = await openDiscord()
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  const { gateway, people } = rig.discord
  gateway.raw(JSON.stringify({ op: 0, t: 'GUILD_CREATE', s: 1, d: whole }))
  for (const each of fc.sample(payload, 2000)) gateway.raw(JSON.stringify(each))
  people.say(user, 'still there?')
  await vi.waitFor(
    () =>
      expect(
        bot.received.some((inbound) => inbound.kind === 'message' && inbound.text === 'still there?'),
      ).toBe(true),
    { timeout: 20_000 },
  )
  expect(gateway.seen.filter((what) => what !== 'heartbeat')).toEqual(['identify'])
})
