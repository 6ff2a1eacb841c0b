/** Whether something that was sent stands: by what the gateway told, by its nonce, and at last by what it says. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Reply } from '../../../src/contract.ts'
import { promptReply, RecordingBot, textReply } from '../conformance/rig.ts'
import { openDiscord, type Rig } from './rig.ts'

const post = 'POST /channels/:channel/messages'
const minute = 60_000

async function ready(): Promise<Rig> {
  const rig = await openDiscord()
  await rig.adapter.start(new RecordingBot(), new AbortController().signal)
  onTestFinished(() => rig.adapter.stop())
  return rig
}

/** An id of that long ago; unique for each `n`. */
function idOf(agoMs: number, n = 0): string {
  return String((BigInt(Date.now() - agoMs - 1_420_070_400_000) << 22n) + BigInt(n))
}

/** The bot's own message of that long ago, in the channel. */
function stood({ discord, address }: Rig, agoMs: number, more: object): string {
  const { world } = discord
  return world.add({ id: idOf(agoMs), channel: address.channel, author: world.app, content: '', ...more }).id
}

function find({ adapter, address }: Rig, reply: Reply): Promise<string | undefined> {
  return (adapter.find?.(address, reply.key, reply) ?? Promise.resolve()).then((sent) => sent?.id)
}

test('what the gateway told of is found, however its sending ended', async () => {
  const rig = await ready()
  const { discord, adapter, address } = rig
  discord.faults.plan(post, { kind: 'cut' }, true)
  const reply = textReply('once')
  await expect(adapter.send(address, reply)).rejects.toMatchObject({ uncertain: true })
  await vi.waitFor(async () => expect(await find(rig, reply)).toBe(discord.in(address.channel)[0]?.id))
  expect(discord.calls.filter(({ route }) => route.startsWith('GET /channels'))).toEqual([])
})

test('after a crash an answer of old is known by what it says and answers; a young one by its nonce', async () => {
  const rig = await ready()
  const { address } = rig
  const asked = idOf(20 * minute)
  const answer = (text: string): Reply => textReply(text, { key: `discord:${asked}/answer` })
  const pointing = { reference: asked }
  // Asked earlier, answered with the same words: that is another answer.
  stood(rig, 15 * minute, { content: 'done', reference: idOf(21 * minute) })
  expect(await find(rig, answer('done'))).toBeUndefined()
  const id = stood(rig, 10 * minute, { content: 'done', ...pointing })
  expect(await find(rig, answer(' done\n'))).toBe(id)
  expect(await find(rig, answer('not done'))).toBeUndefined()
  // Discord itself would drop this one.
  stood(rig, minute / 2, { content: 'late', ...pointing })
  expect(await find(rig, answer('late'))).toBeUndefined()
  const gone = { ...address, channel: '1234567890123456' }
  expect(await rig.adapter.find?.(gone, answer('done').key, answer('done'))).toBeUndefined()
})

test('somebody else who says the same is not taken for the bot', async () => {
  const rig = await ready()
  const { world } = rig.discord
  stood(rig, 10 * minute, { content: 'done', author: world.user('bob').id })
  expect(await find(rig, textReply('done'))).toBeUndefined()
})

test('a prompt is known by its buttons, a file by its size and caption', async () => {
  const rig = await ready()
  const prompt = promptReply()
  await rig.adapter.send(rig.address, prompt)
  const { rows = [] } = rig.discord.in(rig.address.channel)[0] ?? {}
  const next = await openDiscord()
  await next.adapter.start(new RecordingBot(), new AbortController().signal)
  onTestFinished(() => next.adapter.stop())
  const asked = stood(next, 10 * minute, { rows, content: 'as it looked in an earlier version' })
  expect(await find(next, prompt)).toBe(asked)
  expect(await find(next, promptReply())).toBeUndefined()
  const content = Buffer.from('1,2')
  const file = stood(next, 10 * minute, { files: [{ id: '1', name: 'a.csv', content }], content: 'Here.' })
  const reply = {
    kind: 'file',
    key: 'f',
    path: '/nowhere/a.csv',
    name: 'a.csv',
    bytes: 3,
    caption: 'Here.',
  } as const
  expect(await find(next, reply)).toBe(file)
  expect(await find(next, { ...reply, bytes: 4 })).toBeUndefined()
})

test('a send that Discord carried out and forgot the nonce of is not made again', async () => {
  const rig = await openDiscord({ nonceMs: 0 })
  const { discord, adapter, address } = rig
  await adapter.start(new RecordingBot(), new AbortController().signal)
  onTestFinished(() => adapter.stop())
  const reply = textReply('once')
  discord.faults.plan(post, { kind: 'status', status: 502 }, true)
  await expect(adapter.send(address, reply)).rejects.toMatchObject({ uncertain: true })
  await vi.waitFor(async () => expect(await find(rig, reply)).toBeDefined())
  // As the fake has it: without that look it would stand twice.
  await adapter.send(address, reply)
  expect(discord.said(address.channel)).toEqual(['once', 'once'])
})
