/** What every part stands on: a temporary folder, a model in a process of its own, bots and commands on them. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type BotOptions, type RunningBot, startBot } from '../src/bot.ts'
import { openBroker } from '../src/broker/broker.ts'
import { prepareCommand } from '../src/claude/launch.ts'
import type { CliCommand } from '../src/claude/process.ts'
import { openSession } from '../src/claude/open.ts'
import type { Session, SessionOptions } from '../src/claude/turn.ts'
import { type Config, type ConfigInput, configFrom, fixed } from '../src/config.ts'
import type { Adapter } from '../src/contract.ts'
import { makeHome } from '../src/conversation/home.ts'
import { createLog } from '../src/log.ts'

/** The CLI's surroundings: nothing of whoever runs the benchmark, so that no login of theirs is used. */
export const surroundings = { PATH: process.env.PATH ?? '/usr/bin:/bin' }

export interface Ground {
  readonly dir: string
  /** What leads the CLI to the stand-in model, and nowhere else. */
  readonly towardsModel: Readonly<Record<string, string>>
  /** What the model took for its answers over time, since this was called last; milliseconds from each request. */
  modelTimes(): readonly ModelTime[]
}

const ModelTime = z.object({ firstText: z.number(), final: z.number() })
export type ModelTime = z.infer<typeof ModelTime>

/** Opens it; `opened` takes it away again. */
export async function openGround(opened: AsyncDisposableStack): Promise<Ground> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  // When somebody interrupts the run there is no time to wait for anything.
  const removeNow = (): void => rmSync(dir, { recursive: true, force: true })
  process.once('exit', removeNow)
  opened.defer(async () => {
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    process.off('exit', removeNow)
  })
  const model = fork(new URL('model.ts', import.meta.url), { env: surroundings })
  opened.defer(async () => {
    model.disconnect()
    await once(model, 'exit')
  })
  const [hello] = await once(model, 'message')
  const { url } = z.object({ url: z.string() }).parse(hello)
  let times: ModelTime[] = []
  model.on('message', (told) => times.push(ModelTime.parse(told)))
  return {
    dir,
    towardsModel: towards(url),
    modelTimes: () => {
      const told = times
      times = []
      return told
    },
  }
}

function towards(url: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'sk-ant-stand-in',
    NO_PROXY: '127.0.0.1,localhost',
    IS_SANDBOX: '1',
  }
}

export function benchConfig(
  ground: Pick<Ground, 'dir' | 'towardsModel'>,
  name: string,
  changes: ConfigInput = {},
): Promise<Config> {
  return configFrom(benchInput(ground, name, changes))
}

/** What config.yaml would say. */
export function benchInput(
  { dir, towardsModel }: Pick<Ground, 'dir' | 'towardsModel'>,
  name: string,
  changes: ConfigInput = {},
): ConfigInput {
  return {
    dataDir: join(dir, name),
    sandbox: 'none',
    // What is measured here looks like a loop, and is one.
    access: { allow: ['*'], loopGuard: { replies: 0 } },
    log: { level: 'warn', format: 'json' },
    ...changes,
    claude: { env: { ...towardsModel } },
  }
}

/** A bot in this process, as `parley start` would make it, with adapters that the benchmark plays. */
export function benchBot(
  config: Config,
  adapters: readonly Adapter[],
  opening: NonNullable<BotOptions['openSession']> = openCli(),
): Promise<RunningBot> {
  return startBot(fixed(config), { log: createLog(config.log), adapters, openSession: opening })
}

/** Opens the real CLI as the bot does, in the surroundings of the benchmark. */
export function openCli(): (options: SessionOptions) => Promise<Session> {
  const log = createLog({ level: 'warn', format: 'json' })
  const broker = openBroker(log)
  return (options) => openSession(options, { log, environment: surroundings, broker })
}

/** The very command by which a bot with this config starts the CLI: program, arguments and environment. */
export async function bareCommand(
  config: Config,
  session: { id: string; resume: boolean },
): Promise<CliCommand> {
  const home = await makeHome(config.dataDir, `bare/${session.id}`)
  const options = { sessionId: session.id, resume: session.resume, ...home, claude: config.claude }
  return prepareCommand(options, surroundings, createLog({ level: 'warn', format: 'json' }))
}
