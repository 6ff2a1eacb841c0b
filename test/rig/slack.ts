/** A bot on the strict Slack of test/fakes/slack, on the real CLI and the stand-in model. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunningBot } from '../../src/bot.ts'
import type { ConfigInput } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import type { FakeSlack } from '../fakes/slack/slack.ts'
import { startSlack } from '../fakes/slack/start.ts'
import { rigConfig, start } from './bot.ts'
import { testDir } from './dir.ts'
import { type Program, runParley } from './program.ts'

interface Ground {
  readonly dir: string
  readonly slack: FakeSlack
  readonly model: StandIn
  readonly config: ConfigInput
}

export interface SlackRig extends Ground {
  bot: RunningBot
  /** Stops the bot and starts it again on the same data. */
  restart(): Promise<void>
}

export async function startSlackRig(changes: ConfigInput = {}): Promise<SlackRig> {
  const ground = await laid(changes)
  const rig: SlackRig = { ...ground, bot: await start(ground.config), restart }
  onTestFinished(() => rig.bot.stop())
  async function restart(): Promise<void> {
    await rig.bot.stop()
    rig.bot = await start(ground.config)
  }
  return rig
}

/** The bot as a program of its own, to be killed. Starts it, again too: on the same data. */
export async function startSlackProgram(
  changes: ConfigInput = {},
  flags: readonly string[] = [],
): Promise<Ground & { readonly run: () => Program }> {
  const ground = await laid(changes)
  const file = join(ground.dir, 'config.yaml')
  await writeFile(file, JSON.stringify(ground.config))
  return { ...ground, run: () => runParley(['start', '--config', file], ground.dir, flags) }
}

async function laid(changes: ConfigInput): Promise<Ground> {
  const dir = await testDir('slack-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const slack = await startSlack()
  const { botToken, appToken, url } = slack
  const config = rigConfig({ dir, socket: '', modelUrl: model.url, changes })
  const block = { botToken, appToken, apiUrl: `${url}/api/`, ...changes.adapters?.slack }
  return { dir, slack, model, config: { ...config, adapters: { slack: block } } }
}
