/** What goes wrong with Discord, and what people see of it: each message answered once. */
import { expect, test } from 'vitest'
import type { FakeDiscord } from '../fakes/discord/discord.ts'
import { startDiscordProgram, startDiscordRig } from '../rig/discord.ts'
import { quickClaude } from '../rig/quick-cli.ts'

const post = 'POST /channels/:channel/messages'
const trouble: readonly [name: string, cause: (discord: FakeDiscord) => void][] = [
  ['a 429 of the channel', ({ faults }) => faults.plan(post, { kind: 'throttled', seconds: 0.5 })],
  [
    'a 429 of everything',
    ({ faults }) => faults.plan(post, { kind: 'throttled', seconds: 0.5, global: true }),
  ],
  ['an outage', ({ faults }) => faults.plan(post, { kind: 'status', status: 503 })],
  ['an outage after it was taken', ({ faults }) => faults.plan(post, { kind: 'status', status: 502 }, true)],
  ['a line cut after it was taken', ({ faults }) => faults.plan(post, { kind: 'cut' }, true)],
  ['a line that is cut', ({ gateway }) => gateway.close()],
  ['a gateway that asks to reconnect', ({ gateway }) => gateway.reconnect()],
  ['a gateway that closes for its own reasons', ({ gateway }) => gateway.close(4000)],
]

test('whatever fails while messages come, and each of them twice, they are answered once, in order', async () => {
  const { discord, bot } = await startDiscordRig({ claude: quickClaude })
  const { people } = discord
  const direct = people.direct('ann')
  for (const [name, cause] of trouble) {
    cause(discord)
    people.say('ann', `!say despite ${name}`)
    discord.gateway.again()
    await discord.see(direct, new RegExp(`^despite ${name}$`))
    await bot.idle()
  }
  expect(discord.said(direct)).toEqual(trouble.map(([name]) => `despite ${name}`))
  expect(discord.gateway.identified).toHaveLength(1)
}, 120_000)

test('nobody gets through for a minute, and the session is forgotten: what was said meanwhile is answered, once', async () => {
  const { discord, bot } = await startDiscordRig({ claude: quickClaude }, { behindMs: 120_000 })
  const { people, world, gateway } = discord
  const town = people.town('town')
  const direct = people.direct('ann')
  const thread = people.thread('ours', town, 'bob')
  people.say('ann', '!say directly')
  people.say('bob', '!say in town', { channel: town, mention: true })
  people.say('cem', '!say in the thread', { channel: thread, mention: true })
  await discord.see(direct, /^directly$/)
  await discord.see(town, /^in town$/)
  await discord.see(thread, /^in the thread$/)
  await bot.idle()
  gateway.away = true
  gateway.forget()
  gateway.close()
  for (let n = 1; n <= 3; n += 1) {
    world.behindMs -= 20_000
    people.say('ann', `!say missed ${n}`)
    people.say('bob', `!say missed ${n}`, { channel: town, mention: true })
    people.say('bob', 'nothing for the bot', { channel: town })
    people.say('cem', `!say missed ${n}`, { channel: thread })
  }
  world.behindMs = 0
  gateway.away = false
  for (const channel of [direct, town, thread]) await discord.see(channel, /^missed 3$/)
  await bot.idle()
  for (const channel of [direct, town, thread])
    expect(discord.said(channel).filter((text) => text.startsWith('missed'))).toEqual([
      'missed 1',
      'missed 2',
      'missed 3',
    ])
}, 120_000)

test('killed as its answer comes to stand, and back when Discord has forgotten its nonce: it stands once', async () => {
  const { discord, run } = await startDiscordProgram(
    // By this Discord's clock all is ten minutes old, and the last message may be found by the look at what was missed.
    { claude: quickClaude, catchUp: { runWithin: '1h' } },
    { identifyMs: 0, nonceMs: 0, behindMs: 10 * 60_000 },
  )
  const { people } = discord
  const direct = people.direct('ann')
  const first = run()
  await discord.until(() => (discord.gateway.connected ? true : undefined))
  people.say('ann', '!say once')
  await discord.see(direct, /^once$/)
  await first.kill()
  const second = run()
  await discord.until(() => (discord.gateway.connected ? true : undefined))
  people.say('ann', '!say and on')
  await discord.see(direct, /^and on$/)
  expect(await second.end()).toBe(0)
  expect(discord.said(direct).filter((text) => !text.includes('not done yet'))).toEqual(['once', 'and on'])
}, 120_000)
