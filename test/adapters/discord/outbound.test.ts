/** What is sent: once, at Discord's pace, and with faults by their names. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AdapterError } from '../../../src/contract.ts'
import { settings } from '../../../adapters/discord/settings.ts'
import type { Misfortune } from '../../fakes/discord/faults.ts'
import { testDir } from '../../rig/dir.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, type Rig, user } from './rig.ts'

const post = 'POST /channels/:channel/messages'
const patch = 'PATCH /channels/:channel/messages/:message'

async function ready(more: object = {}): Promise<Rig & { readonly bot: RecordingBot }> {
  const rig = await openDiscord({}, more)
  const bot = new RecordingBot()
  await rig.adapter.start(bot, new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  return { ...rig, bot }
}

test('a message whose sending is in doubt stands once when it is sent again', async () => {
  const { discord, adapter, address } = await ready()
  const reply = textReply('once')
  discord.faults.plan(post, { kind: 'cut' }, true)
  await expect(adapter.send(address, reply)).rejects.toMatchObject({ code: 'network', uncertain: true })
  const sent = await adapter.send(address, reply)
  expect(discord.said(address.channel)).toEqual(['once'])
  expect(discord.in(address.channel)[0]?.id).toBe(sent.id)
})

const faults: readonly [Misfortune, object][] = [
  [
    { kind: 'throttled', seconds: 2 },
    { code: 'throttled', retryAfter: 2050, uncertain: false },
  ],
  [{ kind: 'throttled', seconds: 1, global: true }, { code: 'throttled' }],
  [
    { kind: 'status', status: 502 },
    { code: 'network', uncertain: true },
  ],
  [{ kind: 'error', status: 403, code: 50_013 }, { code: 'forbidden' }],
  [{ kind: 'error', status: 403, code: 99_999 }, { code: 'forbidden' }],
  [{ kind: 'error', status: 404, code: 10_003 }, { code: 'gone' }],
  [{ kind: 'error', status: 400, code: 50_035 }, { code: 'rejected' }],
  [{ kind: 'error', status: 400, code: 160_005 }, { code: 'unsupported' }],
  [{ kind: 'error', status: 418, code: 1 }, { code: 'unknown' }],
]

test.each(faults)('%j is told as a fault', async (misfortune, expected) => {
  const { discord, adapter, address } = await ready()
  discord.faults.plan(post, misfortune)
  const failure = await adapter.send(address, textReply('x')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AdapterError)
  expect(failure).toMatchObject(expected)
})

test('a token that is refused later stays refused, and says what to do', async () => {
  const { discord, adapter, address } = await ready()
  discord.token = 'renewed.token'
  for (const _ of [1, 2]) {
    await expect(adapter.send(address, textReply('x'))).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringContaining('renew the token'),
    })
  }
})

test('drafts keep to the bucket that Discord announces, and leave the last edit to the answer', async () => {
  const { discord, adapter, address } = await ready()
  discord.buckets.rates.set(patch, { limit: 3, windowMs: 60_000 })
  const sent = await adapter.send(address, textReply('draft', { draft: true }))
  const edits = await Promise.allSettled(
    ['one', 'two', 'three', 'four'].map(async (words) =>
      adapter.edit?.(sent, textReply(words, { draft: true })),
    ),
  )
  await adapter.edit?.(sent, textReply('three', { draft: true })).catch(() => undefined)
  expect(edits.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(2)
  expect(discord.calls.filter(({ status }) => status === 429)).toEqual([])
})

test('a draft that would take the last edit is put off; the answer is not', async () => {
  const { discord, adapter, address } = await ready()
  discord.buckets.rates.set(patch, { limit: 3, windowMs: 60_000 })
  const sent = await adapter.send(address, textReply('draft', { draft: true }))
  for (const words of ['one', 'two']) await adapter.edit?.(sent, textReply(words, { draft: true }))
  await expect(adapter.edit?.(sent, textReply('three', { draft: true }))).rejects.toMatchObject({
    code: 'throttled',
    retryAfter: expect.closeTo(60_000, -4),
  })
  await adapter.edit?.(sent, textReply('the answer'))
  expect(discord.said(address.channel)).toEqual(['the answer'])
})

test('nobody is pinged, unless the settings allow it', async () => {
  const { discord, adapter, address } = await ready()
  const ann = discord.world.user(user).id
  await adapter.send(address, textReply(`@everyone <@${ann}>`))
  expect(discord.in(address.channel)[0]?.pinged).toEqual([])
  const open = await ready({ mentions: ['users'], previews: false })
  const bob = open.discord.world.user('bob').id
  await open.adapter.send(open.address, textReply(`@everyone <@${bob}>`))
  expect(open.discord.in(open.address.channel)[0]).toMatchObject({ pinged: [bob], flags: 4 })
})

test('some people and roles may be pinged by name, by what Claude says, and by nothing else', async () => {
  const [ann, bob, dev] = ['700000000000000011', '700000000000000012', '700000000000000001']
  const { discord, adapter, address } = await ready({ mentions: [ann, `role:${dev}`, 'everyone'] })
  const text = `@here <@${ann}> <@${bob}> <@&${dev}> <@&700000000000000002>`
  await adapter.send(address, textReply(text))
  await adapter.send(address, textReply(text, { tone: 'notice' }))
  await adapter.send(address, { ...promptReply(), markdown: `<@${ann}>` })
  expect(discord.in(address.channel).map(({ pinged }) => pinged)).toEqual([[ann, dev, 'everyone'], [], []])
  for (const wrong of [['ann'], ['role:x'], ['here']])
    expect(() => settings.schema.parse({ token: 'a.b', mentions: wrong })).toThrow('is neither users')
})

test('a server that is boosted takes larger files; when it no longer is, what is too large is refused', async () => {
  const { discord, adapter, address, bot } = await ready()
  const { world, gateway } = discord
  const mebibyte = 1024 * 1024
  expect(adapter.fileBytesAt?.(address)).toBe(10 * mebibyte)
  const boost = async (tier: number): Promise<void> => {
    world.tiers.set(world.guild, tier)
    discord.announce('GUILD_UPDATE', {
      id: world.guild,
      guild_id: world.guild,
      name: 'guild',
      premium_tier: tier,
    })
    const { length } = bot.received
    discord.people.say(user, 'told')
    await bot.arrived(length + 1)
  }
  await boost(2)
  expect(adapter.fileBytesAt?.(address)).toBe(50 * mebibyte)
  expect(adapter.fileBytesAt?.({ adapter: 'discord', channel: discord.people.direct(user) })).toBe(
    10 * mebibyte,
  )
  const path = join(await testDir(), 'large.bin')
  await writeFile(path, Buffer.alloc(11 * mebibyte))
  const file = { kind: 'file', key: 'f', path, name: 'large.bin', bytes: 11 * mebibyte } as const
  await adapter.send(address, file)
  expect(discord.in(address.channel)[0]?.files[0]?.content.length).toBe(11 * mebibyte)
  world.tiers.set(world.guild, 0)
  await expect(adapter.send(address, { ...file, key: 'g' })).rejects.toMatchObject({ code: 'rejected' })
  expect(gateway.connected).toBe(true)
})

test('an answer in a channel points at its question, in a direct chat it need not', async () => {
  const { discord, adapter, address } = await ready()
  const asked = discord.people.say(user, 'hi', { channel: address.channel, mention: true })
  const key = `discord:${asked.id}/answer`
  await adapter.send(address, textReply('first', { key }))
  await adapter.send(address, textReply('second', { key: `${key}#2` }))
  await adapter.send(
    { adapter: 'discord', channel: discord.people.direct(user) },
    textReply('direct', { key }),
  )
  const references = discord.world.messages.slice(1).map(({ reference }) => reference)
  expect(references).toEqual([asked.id, undefined, undefined])
})

test.each([
  ['it may open none', { kind: 'error', status: 403, code: 50_013 }],
  ['such a channel has none', { kind: 'error', status: 400, code: 50_024 }],
] as const)('a mention that is to open a thread is answered in its channel where %s', async (_, refusal) => {
  const { discord, adapter, address, bot } = await ready({ openThreads: true })
  const warned = vi.spyOn(bot.log, 'warn')
  for (const n of [1, 2]) {
    const asked = discord.people.say(user, 'hi', { channel: address.channel, mention: true })
    const [heard] = (await bot.arrived(n)).slice(-1)
    if (heard === undefined) throw new Error('nothing was heard')
    discord.faults.plan('POST /channels/:channel/messages/:message/threads', refusal)
    await adapter.typing?.(heard.address, heard.from)
    const reply = textReply('one', { key: `discord:${asked.id}/answer`, draft: true })
    const sent = await adapter.send(heard.address, reply)
    await adapter.edit?.(sent, { ...reply, markdown: `answer ${n}`, draft: false })
    expect(discord.in(address.channel).at(-1)).toMatchObject({
      content: `answer ${n}`,
      reference: asked.id,
    })
    expect(sent.address).toEqual(address)
  }
  expect(warned).toHaveBeenCalledTimes(1)
})

test('a press is deferred in time while the answer is being kept; what cannot be kept is told', async () => {
  const { discord, adapter, address, bot } = await ready()
  const onDisk = Promise.withResolvers<'accepted'>()
  bot.answer = () => onDisk.promise
  await adapter.send(address, promptReply())
  const [message] = discord.in(address.channel)
  if (message === undefined) throw new Error('nothing stands')
  const slow = discord.people.press(user, message, 'Deny')
  expect(await discord.until(() => slow.answer)).toEqual({ type: 6 })
  onDisk.resolve('accepted')
  bot.answer = async () => {
    throw new Error('the disk is full')
  }
  const lost = discord.people.press(user, message, 'Deny')
  expect(await discord.until(() => lost.answer)).toMatchObject({ type: 4, data: { flags: 64 } })
})

test('a refusal is shown to whoever pressed, alone; after a quarter of an hour directly', async () => {
  const { discord, adapter, address, bot } = await ready()
  await adapter.send(address, promptReply())
  const [message] = discord.in(address.channel)
  if (message === undefined) throw new Error('nothing stands')
  discord.people.press('bob', message, 'Deny')
  const [answer] = await bot.arrived(1)
  const only = discord.world.user('bob').id
  const refusal = textReply('not yours', { key: `discord:${answer?.id}/refused`, only })
  await adapter.send(address, refusal)
  expect(discord.in(address.channel).at(-1)).toMatchObject({ content: 'not yours', only })
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 })
  onTestFinished(() => void vi.useRealTimers())
  await adapter.send(address, { ...refusal, markdown: 'still not yours' })
  expect(discord.said(discord.people.direct('bob'))).toEqual(['still not yours'])
  expect(discord.in(address.channel)).toHaveLength(2)
})

test('a file for one person alone goes into their direct chat', async () => {
  const { discord, adapter, address } = await ready()
  const path = join(await testDir(), 'own.md')
  await writeFile(path, 'mine')
  const only = discord.world.user('bob').id
  await adapter.send(address, { kind: 'file', key: 'f', path, name: 'own.md', bytes: 4, only })
  expect(discord.said(discord.people.direct('bob'))).toEqual(['[file own.md]'])
  expect(discord.in(address.channel)).toEqual([])
})

test('files go both ways; one that lies elsewhere is not fetched', async () => {
  const { discord, adapter, address, bot } = await ready()
  const path = join(await testDir(), 'data.csv')
  await writeFile(path, 'a,b')
  const file = {
    kind: 'file',
    key: 'f',
    path,
    name: 'data.csv',
    bytes: 3,
    mime: 'text/csv',
    caption: 'the *data*',
  } as const
  await adapter.send(address, file)
  expect(discord.in(address.channel)[0]?.files).toMatchObject([
    { name: 'data.csv', content: Buffer.from('a,b') },
  ])
  await expect(adapter.send(address, { ...file, path: `${path}.gone` })).rejects.toMatchObject({
    code: 'rejected',
  })

  discord.people.say(user, '', { files: [{ name: 'in.txt', content: 'hello' }] })
  const [arrived] = await bot.arrived(1)
  const attachment = arrived?.kind === 'message' ? arrived.attachments?.[0] : undefined
  if (attachment === undefined) throw new Error('no file came')
  expect(attachment).toMatchObject({ name: 'in.txt', bytes: 5, mime: 'text/plain' })
  const { signal } = new AbortController()
  const stream = await adapter.download?.(attachment, address, signal)
  if (stream === undefined) throw new Error('nothing to download')
  expect(await text(stream)).toBe('hello')
  for (const id of [
    'https://evil.example/x',
    'file:///etc/passwd',
    'x',
    'https://cdn.discordapp.com.evil.example/',
  ]) {
    await expect(adapter.download?.({ ...attachment, id }, address, signal)).rejects.toMatchObject({
      code: 'unsupported',
    })
  }
})
