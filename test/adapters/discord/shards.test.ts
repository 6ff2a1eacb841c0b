/** Shards: as many as Discord wants, each with its own session, begun as fast as Discord allows and no faster. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { RecordingBot } from '../conformance/rig.ts'
import { openDiscord, type Rig, user } from './rig.ts'
import { shardOf } from '../../fakes/discord/payloads.ts'

class TestBot extends RecordingBot {
  get texts(): string[] {
    return this.received.flatMap((inbound) => (inbound.kind === 'message' ? [inbound.text] : []))
  }
}

async function started({ adapter }: Rig): Promise<TestBot> {
  const bot = new TestBot()
  await adapter.start(bot, new AbortController().signal)
  onTestFinished(() => adapter.stop())
  return bot
}

/** A channel of each shard, by the shard's number. */
function towns({ discord: { world, people } }: Rig, count: number): readonly string[] {
  while (world.guilds.length < count) world.addGuild()
  const towns: string[] = []
  for (const guild of world.guilds) towns[shardOf(guild, count)] = people.town(`town of ${guild}`, guild)
  return towns
}

const soon = { timeout: 20_000, interval: 10 }

test('three shards as Discord recommends them: each hears of its guilds; one that drops is resumed, the others go on', async () => {
  const rig = await openDiscord({ identifyMs: 4900 })
  const { gateway, people } = rig.discord
  gateway.sharding = { recommended: 3, least: 2, concurrency: 2 }
  const channels = towns(rig, 3)
  const bot = await started(rig)
  expect(new Set(gateway.identified.map(({ shard }) => shard.join(' of ')))).toEqual(
    new Set(['0 of 3', '1 of 3', '2 of 3']),
  )
  // The third waits for the first; the second need not.
  const at = (id: number): number => gateway.identified.find(({ shard }) => shard[0] === id)?.at ?? 0
  expect(at(1) - at(0)).toBeLessThan(4900)
  expect(gateway.seen).not.toContain('too early')
  const say = (text: string, channel: string | undefined): void =>
    void people.say(user, text, channel === undefined ? {} : { channel, mention: true })
  for (const [id, channel] of channels.entries()) say(`to ${id}`, channel)
  say('directly', undefined)
  await vi.waitFor(() => expect(bot.texts.toSorted()).toEqual(['directly', 'to 0', 'to 1', 'to 2']), soon)
  gateway.drop(1)
  for (const [id, channel] of channels.entries()) say(`again to ${id}`, channel)
  await vi.waitFor(() => expect(bot.texts).toHaveLength(7), soon)
  expect(gateway.seen.filter((what) => what === 'resume')).toHaveLength(1)
  expect(gateway.identified).toHaveLength(3)
  expect(bot.gaps).toEqual([])
})

test('when Discord begins to want shards they are opened, and what was missed is asked for', async () => {
  const rig = await openDiscord()
  const { gateway, people } = rig.discord
  const bot = await started(rig)
  gateway.sharding = { recommended: 2, least: 2, concurrency: 16 }
  gateway.forget()
  gateway.close(4011)
  await vi.waitFor(() => expect(new Set(gateway.shards)).toEqual(new Set([0, 1])), soon)
  await vi.waitFor(() => expect(bot.gaps).toHaveLength(2), soon)
  for (const [id, channel] of towns(rig, 2).entries())
    people.say(user, `to ${id}`, { channel, mention: true })
  await vi.waitFor(() => expect(bot.texts.toSorted()).toEqual(['to 0', 'to 1']), soon)
  expect(gateway.seen).not.toContain('too early')
})

test('fewer sessions than shards: the start says how long it has to wait, and begins none too many', async () => {
  const rig = await openDiscord()
  const { gateway, sessionStarts } = rig.discord
  gateway.sharding = { recommended: 2, least: 2, concurrency: 2 }
  sessionStarts.remaining = 1
  await expect(rig.adapter.start(new RecordingBot(), new AbortController().signal)).rejects.toMatchObject({
    code: 'throttled',
    retryAfter: 3_600_000,
  })
  await rig.adapter.stop()
  expect(gateway.seen).not.toContain('4004')
  expect(gateway.identified.length).toBeLessThan(2)
})
