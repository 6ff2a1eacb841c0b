/** A bot on the strict Discord of test/fakes/discord, on the real CLI and the stand-in model. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunningBot } from '../../src/bot.ts'
import type { ConfigInput } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import type { DiscordOptions, FakeDiscord } from '../fakes/discord/discord.ts'
import { startDiscord } from '../fakes/discord/start.ts'
import { rigConfig, start } from './bot.ts'
import { testDir } from './dir.ts'
import { type Program, runParley } from './program.ts'

interface Ground {
  readonly dir: string
  readonly discord: FakeDiscord
  readonly model: StandIn
  readonly config: ConfigInput
}

export interface DiscordRig extends Ground {
  bot: RunningBot
  /** Starts the bot again on the same data, once it was stopped. */
  again(): Promise<void>
}

/** `changes`: of the config; some speak of ids that the fake has made. */
type Changes = ConfigInput | ((discord: FakeDiscord) => ConfigInput)

export async function startDiscordRig(
  changes: Changes = {},
  options: DiscordOptions = {},
): Promise<DiscordRig> {
  const ground = await laid(changes, options)
  const rig: DiscordRig = { ...ground, bot: await start(ground.config), again }
  onTestFinished(() => rig.bot.stop())
  async function again(): Promise<void> {
    rig.bot = await start(ground.config)
  }
  return rig
}

/** The bot as a program of its own, to be killed. Starts it, again too: on the same data. */
export async function startDiscordProgram(
  changes: ConfigInput = {},
  options: DiscordOptions = {},
): Promise<Ground & { readonly run: () => Program }> {
  const ground = await laid(changes, options)
  const file = join(ground.dir, 'config.yaml')
  await writeFile(file, JSON.stringify(ground.config))
  return { ...ground, run: () => runParley(['start', '--config', file], ground.dir) }
}

async function laid(changed: Changes, options: DiscordOptions): Promise<Ground> {
  const dir = await testDir('discord-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  // How fast a press is answered is tested elsewhere, where no model takes the processor.
  const discord = await startDiscord({ answerMs: 60_000, ...options })
  const changes = typeof changed === 'function' ? changed(discord) : changed
  const config = rigConfig({ dir, socket: '', modelUrl: model.url, changes })
  const block = { token: discord.token, apiUrl: discord.apiUrl, ...changes.adapters?.discord }
  return { dir, discord, model, config: { ...config, adapters: { discord: block } } }
}
