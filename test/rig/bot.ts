/** A bot in this process, on the real CLI and the stand-in model, with a chat that the test plays. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type RunningBot, startBot } from '../../src/bot.ts'
import { type ConfigInput, configFrom, fixed } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import { createLog } from '../../src/log.ts'
import { type FakeChat, openFakeChat } from '../fakes/scripted/fake-chat.ts'
import { testDir } from './dir.ts'

export interface Rig {
  readonly dir: string
  readonly chat: FakeChat
  readonly model: StandIn
  readonly config: ConfigInput
  bot: RunningBot
  /** Stops the bot and starts it again on the same data. */
  restart(changes?: ConfigInput): Promise<void>
}

/** Settings of the scripted adapter; see test/fakes/scripted/adapter.ts. */
export interface ChatOptions {
  readonly can?: readonly string[]
  readonly text?: number
  readonly fileBytes?: number
  readonly buttons?: number
}

export async function startRig(changes: ConfigInput = {}, chatOptions: ChatOptions = {}): Promise<Rig> {
  const dir = await testDir('rig-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const socket = join(dir, 'chat.sock')
  const chat = await openFakeChat(socket)
  const config = rigConfig({ dir, socket, modelUrl: model.url, chatOptions, changes })
  const rig: Rig = { dir, chat, model, config, bot: await start(config), restart }
  onTestFinished(() => rig.bot.stop())
  async function restart(more: ConfigInput = {}): Promise<void> {
    await rig.bot.stop()
    rig.bot = await start({ ...config, ...more })
  }
  return rig
}

export interface RigConfig {
  readonly dir: string
  readonly socket: string
  readonly modelUrl: string
  readonly chatOptions?: ChatOptions
  readonly changes?: ConfigInput
}

/** What config.yaml would say for a test. */
export function rigConfig({ dir, socket, modelUrl, chatOptions = {}, changes = {} }: RigConfig): ConfigInput {
  const module = new URL('../fakes/scripted/adapter.ts', import.meta.url).pathname
  const { claude, adapters, sessions, ...others } = changes
  return {
    dataDir: join(dir, 'data'),
    access: { allow: ['*'] },
    // Walls have tests of their own, and not every machine has them.
    sandbox: 'none',
    log: { level: 'warn', file: join(dir, 'parley.log'), format: 'json' },
    adapters: { scripted: { module, socket, ...chatOptions }, ...adapters },
    ...others,
    // Each message is a turn of its own, however fast they come, unless a test is about bursts.
    sessions: { burst: 0, ...sessions },
    claude: { ...claude, env: { ...standInEnv(modelUrl), ...claude?.env } },
  }
}

/** What leads the CLI to the stand-in, and nowhere else. */
export function standInEnv(url: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'sk-ant-stand-in',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '3',
    IS_SANDBOX: '1',
  }
}

/** A bot in this process, with this config. */
export async function start(input: ConfigInput): Promise<RunningBot> {
  const config = await configFrom(input)
  return startBot(fixed(config), { log: createLog(config.log) })
}
