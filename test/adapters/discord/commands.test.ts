/** What answers a command: to whoever gave it, in time, after a restart, and late. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import createDiscord from '../../../adapters/discord/index.ts'
import { settings } from '../../../adapters/discord/settings.ts'
import type { Adapter, Bot } from '../../../src/contract.ts'
import { testDir } from '../../rig/dir.ts'
import { RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, user } from './rig.ts'

async function begun(adapter: Adapter, bot: RecordingBot): Promise<Adapter> {
  await adapter.start(bot, new AbortController().signal)
  onTestFinished(() => adapter.stop())
  return adapter
}

test('it is deferred in time, filled in and edited alone, also after a restart; when it is too late it comes directly', async () => {
  const rig = await openDiscord({ identifyMs: 0 })
  const { discord, address } = rig
  const { uses, world } = discord
  const bot = new RecordingBot()
  const adapter = await begun(rig.adapter, bot)
  await discord.until(() => world.commands.get(''))
  const given = uses.command(user, 'help', {}, { channel: address.channel })
  const [asked] = await bot.arrived(1)
  expect(asked).toMatchObject({ kind: 'message', text: '/help', from: { id: world.user(user).id } })
  expect(await discord.until(() => given.answer)).toEqual({ type: 5, data: { flags: 64 } })
  const key = `discord:${asked?.id}/answer`
  const sent = await adapter.send(address, textReply('here', { key }))
  await adapter.edit?.(sent, textReply('here you are', { key }))
  const only = world.user(user).id
  expect(discord.in(address.channel)).toMatchObject([{ content: 'here you are', only, before: ['here'] }])
  await adapter.stop()

  const next = await begun(rig.another(), bot)
  const path = join(await testDir(), 'said.md')
  await writeFile(path, 'all')
  await next.send(address, { kind: 'file', key: `${key}#2`, path, name: 'said.md', bytes: 3 })
  expect(discord.in(address.channel)[1]).toMatchObject({ only, files: [{ name: 'said.md' }] })
  // What reads the same to everybody answered something else.
  await next.send(address, textReply('here'))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await next.find?.(address, key, textReply('here', { key }))).toBeUndefined()
  await next.send(address, textReply('late', { key: `${key}#3` }))
  expect(discord.in(address.channel)).toHaveLength(3)
  expect(discord.said(discord.people.direct(user))).toEqual(['late'])
})

test('what is quick answers at once; what nobody knows, is not kept or refused is told alone', async () => {
  const rig = await openDiscord()
  const { discord, address } = rig
  const { uses, world } = discord
  const { channel } = address
  const bot = new RecordingBot()
  const adapter = await begun(rig.adapter, bot)
  await discord.until(() => world.commands.get(''))
  bot.answer = async ({ id }) => {
    void adapter.send(address, textReply('quick', { key: `discord:${id}/answer` }))
    return 'accepted'
  }
  const quick = uses.command(user, 'help', {}, { channel })
  expect(await discord.until(() => quick.answer)).toMatchObject({
    type: 4,
    data: { flags: 64, content: 'quick' },
  })
  bot.answer = async () => {
    throw new Error('the disk is full')
  }
  uses.command(user, 'help', {}, { channel })
  await discord.see(channel, /could not be kept/)
  bot.answer = async () => 'refused'
  uses.command(user, 'help', {}, { channel })
  await discord.see(channel, /not open to you/)
  const stale = [...(world.commands.get('') ?? [])]
  world.commands.set('', [...stale, { type: 1, name: 'gone', description: 'once' }])
  uses.command(user, 'gone', {}, { channel })
  await discord.see(channel, /knows this command no more/)
  const only = world.user(user).id
  expect(discord.in(channel).map((message) => message.only)).toEqual([only, only, only, only])
})

test('asked about a message: its words come back with the question, or its link where it has none', async () => {
  const rig = await openDiscord({ identifyMs: 0 })
  const { discord, address } = rig
  const { uses, people, world } = discord
  const { channel } = address
  const bot = new RecordingBot()
  const adapter = await begun(rig.adapter, bot)
  await discord.until(() => world.commands.get(''))
  const words = people.say('bob', 'herons\nand egrets', { channel })
  const picture = people.say('bob', '', { channel, files: [{ name: 'heron.png', content: 'x' }] })
  for (const about of [words, picture])
    await uses.submit(user, uses.menu(user, 'Ask about this', about), 'What is it?')
  const [first, second] = await bot.arrived(2)
  expect(first).toMatchObject({ text: 'What is it?\n\n> herons\n> and egrets', address, direct: false })
  const link = `https://discord.com/channels/${world.guild}/${channel}/${picture.id}`
  expect(first).not.toHaveProperty('attachments')
  const files = [{ name: 'heron.png', mime: 'image/png', bytes: 1 }]
  expect(second).toMatchObject({ text: `What is it?\n\n> ${link}`, attachments: files })
  // An event that Discord tells twice shows nothing twice.
  await discord.see(channel, new RegExp(link))
  bot.answer = async () => 'duplicate'
  discord.gateway.again()
  await bot.arrived(3)
  await adapter.stop()
  expect(discord.said(channel)).toHaveLength(2)
})

test('asked about a message while the bot begins anew: its files are asked for, those too that it forwards', async () => {
  const rig = await openDiscord({ identifyMs: 0 })
  const { discord, address } = rig
  const { uses, people, world } = discord
  const { channel } = address
  const bot = new RecordingBot()
  const adapter = await begun(rig.adapter, bot)
  await discord.until(() => world.commands.get(''))
  const original = people.say('bob', 'a heron', { channel, files: [{ name: 'heron.gif', content: 'xy' }] })
  const forwarded = people.say('bob', '', { channel, forward: original })
  const egret = people.say('bob', 'an egret', { channel, files: [{ name: 'egret.gif', content: 'xy' }] })
  const opened = [forwarded, egret].map((about) => uses.menu(user, 'Ask about this', about))
  for (const each of opened) await discord.until(() => each.answer)
  await adapter.stop()
  await begun(rig.another(), bot)
  people.remove(egret)
  for (const each of opened) await uses.submit(user, each, 'What is it?')
  const asked = (await bot.arrived(3)).filter(({ kind }) => kind === 'message')
  const attachments = [{ name: 'heron.gif', mime: 'image/gif', bytes: 2 }]
  expect(asked).toMatchObject([
    { text: 'What is it?\n\n> a heron', attachments },
    { text: 'What is it?\n\n> an egret' },
  ])
  expect(asked[1]).not.toHaveProperty('attachments')
})

class SuggestingBot extends RecordingBot {
  override readonly commands = [
    {
      name: 'use',
      usage: '<name>',
      summary: 'takes one',
      arguments: [{ name: 'name', type: 'text', summary: 'which', suggested: true }],
    },
  ] as const
  override suggest: Bot['suggest'] = async ({ groups = [] }) =>
    groups.includes('role:700000000000000002') ? [] : [{ value: 'secret', label: 'secret' }]
}

test('what is suggested is for whoever the roles of the home server let see it; for nobody while those are not known', async () => {
  const home = await openDiscord({ identifyMs: 0 })
  const { discord } = home
  const { uses, world, people, faults } = discord
  const adapter = createDiscord(
    settings.schema.parse({ token: discord.token, apiUrl: discord.apiUrl, homeGuild: world.guild }),
  )
  world.give('eve', '700000000000000002')
  await begun(adapter, new SuggestingBot())
  await discord.until(() => world.commands.get(''))
  const channel = people.town('elsewhere', world.addGuild())
  expect(await uses.type('eve', 'use', 'name', '', { channel })).toEqual([])
  expect(await uses.type('ann', 'use', 'name', '', { channel })).toMatchObject([{ value: 'secret' }])
  faults.plan('GET /guilds/:guild/members/:user', { kind: 'throttled', seconds: 4 })
  expect(await uses.type('bob', 'use', 'name', '', { channel })).toEqual([])
})

test('no log has the token of a command whose answer is throttled', async () => {
  const { discord, address, adapter } = await openDiscord()
  const { uses, world, faults } = discord
  const bot = new RecordingBot()
  const logged: unknown[] = []
  const keep = (fields: object): void => void logged.push(fields)
  Object.assign(bot.log, { warn: keep, error: keep })
  await begun(adapter, bot)
  await discord.until(() => world.commands.get(''))
  const tokens: string[] = []
  for (const route of ['POST /interactions/:interaction/:token/callback', 'POST /webhooks/:app/:token']) {
    faults.plan(route, { kind: 'throttled', seconds: 1 })
    tokens.push(uses.command(user, 'help', {}, { channel: address.channel }).token)
    const asked = (await bot.arrived(tokens.length)).at(-1)
    await vi.waitFor(
      () => expect([...discord.uses.all.values()].at(-1)?.answer ?? logged[0]).toBeDefined(),
      5000,
    )
    const reply = textReply('x', { key: `discord:${asked?.id}/answer` })
    logged.push(await adapter.send(address, reply).catch((error: unknown) => error))
  }
  const told = inspect(logged, { depth: 8 })
  expect(told).toContain('RateLimitError')
  for (const token of tokens) expect(told).not.toContain(token)
})
