/** Commands as Discord registers them: when they changed, where they are wanted, and in no form that it refuses. */
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { manifestOf } from '../../../adapters/discord/manifest.ts'
import createDiscord from '../../../adapters/discord/index.ts'
import { settings } from '../../../adapters/discord/settings.ts'
import type { Adapter, CommandInfo } from '../../../src/contract.ts'
import { Commands } from '../../fakes/discord/command-shapes.ts'
import type { FakeDiscord } from '../../fakes/discord/discord.ts'
import { startDiscord } from '../../fakes/discord/start.ts'
import { RecordingBot } from '../conformance/rig.ts'

async function running(discord: FakeDiscord, bot: RecordingBot, more: object = {}): Promise<Adapter> {
  const block = { token: discord.token, apiUrl: discord.apiUrl, ...more }
  const adapter = createDiscord(settings.schema.parse(block))
  await adapter.start(bot, new AbortController().signal)
  onTestFinished(() => adapter.stop())
  return adapter
}

test('they are sent when they changed; for a server in development there alone, and taken back from it', async () => {
  const discord = await startDiscord({ identifyMs: 0 })
  const { world, calls } = discord
  const bot = new RecordingBot()
  const first = await running(discord, bot, { commandGuilds: [world.guild] })
  expect(await discord.until(() => world.commands.get(world.guild))).toHaveLength(bot.commands.length + 2)
  await first.stop()
  expect(world.commands.has('')).toBe(false)
  const second = await running(discord, bot)
  await discord.until(() => world.commands.get(''))
  await discord.until(() => (world.commands.get(world.guild)?.length === 0 ? true : undefined))
  await second.stop()
  const before = calls.filter(({ route }) => route.startsWith('PUT')).length
  const looked = (): number => calls.filter(({ route }) => route === 'GET /applications/:app/commands').length
  const count = looked()
  const third = await running(discord, bot)
  await discord.until(() => (looked() > count ? true : undefined))
  await third.stop()
  expect(calls.filter(({ route }) => route.startsWith('PUT'))).toHaveLength(before)
  const changed = Object.assign(new RecordingBot(), {
    commands: [...bot.commands, { name: 'more', usage: '', summary: 'more' }],
  })
  await running(discord, changed)
  await discord.until(() => world.commands.get('')?.find(({ name }) => name === 'more'))
})

test('where commands are not allowed, or are refused, the bot works without them and says so', async () => {
  const discord = await startDiscord({ identifyMs: 0 })
  discord.world.commandsAllowed = false
  const warned = Promise.withResolvers<string>()
  const bot = Object.assign(new RecordingBot(), {
    log: { ...new RecordingBot().log, warn: (_: object, message: string) => warned.resolve(message) },
  })
  await running(discord, bot, { commandGuilds: [discord.world.guild] })
  expect(await warned.promise).toContain('applications.commands')
  discord.people.say('ann', 'hello')
  await bot.arrived(1)
})

const word = fc.oneof(
  fc.constantFrom('a', 'stop', '名字', 'Capital', 'a b', ''),
  fc.string({ maxLength: 40 }),
)
const argument = fc.record(
  {
    name: word,
    type: fc.constantFrom('text' as const, 'number' as const, 'choice' as const),
    summary: fc.string({ maxLength: 200 }),
    choices: fc.array(fc.string({ maxLength: 120 }), { maxLength: 12 }),
    required: fc.boolean(),
    suggested: fc.boolean(),
  },
  { requiredKeys: ['name', 'type', 'summary'] },
)
const command: fc.Arbitrary<CommandInfo> = fc.record(
  {
    name: word,
    usage: fc.string(),
    summary: fc.string({ maxLength: 200 }),
    arguments: fc.array(argument, { maxLength: 3 }),
    localized: fc.constant({ zh: { usage: '', summary: '很长'.repeat(80) } }),
  },
  { requiredKeys: ['name', 'usage', 'summary'] },
)

test('whatever commands there are, Discord takes them', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), fc.boolean(), (all, everywhere) => {
      const read = Commands.safeParse(manifestOf(all, everywhere))
      expect(read.error?.issues ?? []).toEqual([])
    }),
  )
})
