/** What is for the bot, and where it was said. */
import { expect, onTestFinished, test } from 'vitest'
import { displayed } from '../../../adapters/discord/displays.ts'
import type { Adapter, Inbound } from '../../../src/contract.ts'
import { channelObject } from '../../fakes/discord/objects.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, type Rig, user } from './rig.ts'

async function listening(rig: Rig, adapter: Adapter = rig.adapter): Promise<RecordingBot> {
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  onTestFinished(() => adapter.stop())
  return bot
}

test('who types to the bot is told of: directly, and in threads that it takes part in', async () => {
  const rig = await openDiscord()
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  const { people, world } = rig.discord
  const { channel, tenant } = rig.address
  const [ours, theirs] = [people.thread('ours', channel, user), people.thread('theirs', channel, user)]
  people.say(user, 'hello', { channel: ours, mention: true })
  await bot.arrived(1)
  for (const place of [channel, theirs, ours]) people.type(user, place)
  people.type(user)
  people.say(user, 'then')
  await bot.arrived(2)
  const from = { id: world.user(user).id, name: user }
  expect(bot.expected).toEqual([
    [{ adapter: 'discord', tenant, channel, thread: ours }, from, false],
    [{ adapter: 'discord', channel: people.direct(user) }, { id: from.id }, true],
  ])
})

test('typing is not asked of Discord where it is not wanted', async () => {
  const rig = await openDiscord({}, { wakeOnTyping: false })
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  rig.discord.people.type(user)
  rig.discord.people.say(user, 'hello')
  await bot.arrived(1)
  expect(bot.expected).toEqual([])
})

test('a thread of people is listened to once the bot was named in it, also after a restart', async () => {
  const rig = await openDiscord({ identifyMs: 0 })
  const { people } = rig.discord
  const { channel, tenant } = rig.address
  const thread = people.thread('birds', channel, 'bob')
  const bot = await listening(rig)
  people.say(user, 'not yet', { channel: thread })
  const asked = (): unknown => rig.discord.calls.find(({ route }) => route === 'GET /channels/:channel')
  await rig.discord.until(asked)
  people.say(user, 'come in', { channel: thread, mention: true })
  people.say(user, 'goes on', { channel: thread })
  people.say(user, `<@${rig.discord.world.user('bob').id}> what do you think?`, { channel: thread })
  people.say(user, 'and on', { channel: thread })
  await bot.arrived(3)
  expect(bot.received).toMatchObject(
    ['come in', 'goes on', 'and on'].map((text) => ({
      text,
      address: { adapter: 'discord', tenant, channel, thread },
      direct: false,
      from: { id: rig.discord.world.user(user).id, name: user },
    })),
  )
  await rig.adapter.stop()
  const next = await listening(rig, rig.another())
  people.say(user, 'still here', { channel: thread })
  expect(await next.arrived(1)).toMatchObject([{ text: 'still here', address: { thread } }])
})

test('taken out of a thread, even its own, it hears nothing there until it is named again', async () => {
  const rig = await openDiscord({}, { openThreads: true })
  const { people } = rig.discord
  const { channel } = rig.address
  const bot = await listening(rig)
  const { id: own } = people.say(user, 'one', { channel, mention: true })
  const [first] = await bot.arrived(1)
  await rig.adapter.send(first?.address ?? rig.address, textReply('opened'))
  people.say(user, 'two', { channel: own })
  await bot.arrived(2)
  people.expel(own)
  const { world } = rig.discord
  const thread = world.channels.get(own)
  if (thread === undefined) throw new Error('no thread was opened')
  rig.discord.announce('THREAD_UPDATE', channelObject(thread, world.app))
  people.say(user, 'not for it', { channel: own })
  people.say(user, 'three', { channel: own, mention: true })
  people.say(user, 'four', { channel: own })
  await bot.arrived(4)
  const texts = bot.received.map((each) => each.kind === 'message' && each.text)
  expect(texts).toEqual(['one', 'two', 'three', 'four'])
})

test('its own role names it; what is forwarded or replied to comes along, quoted, with its files', async () => {
  const rig = await openDiscord()
  const { people, world } = rig.discord
  const { channel } = rig.address
  const bot = await listening(rig)
  people.say(user, `<@&${world.role}> hello`, { channel })
  people.say(user, '<@&700000000000000001> not you', { channel })
  const files = [{ name: 'chart.png', content: 'x' }]
  const said = people.say('bob', 'the build\nis red', { channel, files })
  people.say(user, 'why?', { channel, mention: true, reply: said.id })
  people.say(user, '/status', { channel, mention: true, reply: said.id })
  await bot.arrived(3)
  people.say(user, '', { forward: said })
  await bot.arrived(4)
  const quote = '> the build\n> is red'
  expect(bot.received).toMatchObject([
    { text: 'hello' },
    { text: `why?\n\n${quote}`, attachments: [{ name: 'chart.png' }] },
    { text: '/status' },
    { text: quote, attachments: [{ name: 'chart.png' }] },
  ])
})

const notification = {
  type: 'rich',
  title: 'Build 12 failed',
  url: 'https://ci.example/12',
  description: 'on main',
  fields: [{ name: 'Step', value: 'lint', inline: true }],
}
const words = (content: string): object => ({ type: 10, content })
const notified = 'Build 12 failed https://ci.example/12\non main\nStep: lint'

test('what apps write in frames and components is said, too; previews of links are not', async () => {
  const rig = await openDiscord()
  const { people } = rig.discord
  const { channel } = rig.address
  const bot = await listening(rig)
  const preview = { type: 'link', title: 'A page', description: 'about herons', url: 'https://e.org' }
  const embeds = [preview, notification, { type: 'rich', title: 7, fields: 'x' }]
  const told = people.say('ci', '', { channel, webhook: true, embeds })
  people.say(user, 'why?', { channel, mention: true, reply: told.id })
  await bot.arrived(1)
  people.say(user, '', { forward: told })
  const quote = notified.split('\n').map((line) => `> ${line}`)
  const [asked, forwarded] = await bot.arrived(2)
  expect([asked, forwarded]).toMatchObject([
    { text: `why?\n\n${quote.join('\n')}` },
    { text: quote.join('\n') },
  ])
  const section = { type: 9, components: [words('two')], accessory: { type: 2 } }
  const container = { type: 17, components: [words('one'), section, { type: 14 }, null] }
  expect(displayed([container, { type: 12, items: [{ description: 'three' }, {}] }, 'x'])).toBe(
    'one\n\ntwo\n\nthree',
  )
  const endless = Array.from({ length: 1000 }).reduce<object>(
    (inner) => ({ type: 17, components: [inner] }),
    words('x'),
  )
  expect(displayed([endless])).toBe('')
  expect(displayed(undefined)).toBe('')
})

test('bots and webhooks that name it are told apart from people', async () => {
  const rig = await openDiscord()
  const { people, world } = rig.discord
  const { channel } = rig.address
  const bot = await listening(rig)
  world.user('robot', true)
  people.say('robot', 'hello', { channel, mention: true })
  people.say('hook', 'hello', { channel, mention: true, webhook: true })
  people.say(user, 'hello', { channel, mention: true })
  await bot.arrived(3)
  expect(bot.received.map(({ from }) => from.bot)).toEqual([true, true, undefined])
})

test('an edit and a deletion name the message; a preview is no edit', async () => {
  const rig = await openDiscord()
  const { people } = rig.discord
  const bot = await listening(rig)
  const message = people.say(user, 'frist')
  people.unfurl(message)
  people.edit(message, 'first')
  people.unfurl(message)
  people.remove(message)
  const { id } = message
  await bot.arrived(4)
  expect(bot.received).toMatchObject([
    { kind: 'message', id, text: 'frist' },
    { kind: 'edit', of: id, text: 'first' },
    // Discord tells of the preview with the old time of the edit: the same event once more.
    { kind: 'edit', of: id, text: 'first', id: bot.received[1]?.id },
    { kind: 'deletion', of: id },
  ])
})

test('a bare mention asks for attention; mentions within a text read as the name', async () => {
  const rig = await openDiscord()
  const { people, world } = rig.discord
  const { channel } = rig.address
  const bot = await listening(rig)
  people.say(user, '', { channel, mention: true })
  people.say(user, `what does <@${world.app}> say?`, { channel })
  await bot.arrived(2)
  expect(bot.received).toMatchObject([{ text: '@parley' }, { text: 'what does @parley say?' }])
})

test('messages that are deleted together are told one by one', async () => {
  const rig = await openDiscord()
  const { channel, tenant } = rig.address
  const bot = await listening(rig)
  const ids = ['1234567890123456', '1234567890123457']
  rig.discord.announce('MESSAGE_DELETE_BULK', { ids, channel_id: channel, guild_id: tenant })
  await bot.arrived(2)
  expect(bot.received).toMatchObject(ids.map((of) => ({ kind: 'deletion', of, address: rig.address })))
})

test('roles come with what is said; of what was missed they are asked for, as fast as Discord takes it', async () => {
  const rig = await openDiscord()
  const { people, world, buckets } = rig.discord
  const { address } = rig
  world.give(user, '700000000000000001')
  const bot = await listening(rig)
  const first = people.say(user, 'live', { channel: address.channel, mention: true })
  await bot.arrived(1)
  people.say('bob', 'missed', { channel: address.channel, mention: true })
  people.say(user, 'missed', { channel: address.channel, mention: true })
  buckets.rates.set('GET /guilds/:guild/members/:user', { limit: 1, windowMs: 300 })
  const missed: Inbound[] = []
  const marks = [{ address, id: first.id, at: Date.now() }]
  for await (const each of rig.adapter.history?.(marks, new AbortController().signal) ?? []) missed.push(each)
  const groups = [[], ['role:700000000000000001']]
  expect(missed.map(({ from }) => from.groups)).toEqual(groups)
  expect(bot.received[0]?.from.groups).toEqual(groups[1])
})
