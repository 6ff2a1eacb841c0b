/** A bot on the strict Feishu of test/fakes/lark, on the real CLI and the stand-in model. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { RunningBot } from '../../src/bot.ts'
import type { ConfigInput } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import type { FakeLark } from '../fakes/lark/lark.ts'
import { startLark } from '../fakes/lark/start.ts'
import { rigConfig, start } from './bot.ts'
import { Webhooks } from '../fakes/lark/webhooks.ts'
import { testDir } from './dir.ts'
import { freePort } from './port.ts'
import { type Program, runParley } from './program.ts'

interface Ground {
  readonly dir: string
  readonly lark: FakeLark
  readonly model: StandIn
  readonly config: ConfigInput
}

export interface LarkRig extends Ground {
  bot: RunningBot
  /** Stops the bot and starts it again on the same data. */
  restart(): Promise<void>
}

export async function startLarkRig(changes: ConfigInput = {}): Promise<LarkRig> {
  const ground = await laid(changes)
  const rig: LarkRig = { ...ground, bot: await start(ground.config), restart }
  onTestFinished(() => rig.bot.stop())
  async function restart(): Promise<void> {
    await rig.bot.stop()
    rig.bot = await start(ground.config)
  }
  return rig
}

/** The same with events over HTTP. */
export async function startLarkHooks(changes: ConfigInput = {}): Promise<LarkRig> {
  const port = await freePort()
  const encryptKey = 'fake-encrypt-key'
  const verificationToken = 'fake-verification-token'
  const http = { mode: 'webhook', host: '127.0.0.1', port, encryptKey, verificationToken }
  const rig = await startLarkRig({ ...changes, adapters: { lark: { ...http, ...changes.adapters?.lark } } })
  const hooks = new Webhooks({ url: `http://127.0.0.1:${port}/lark/events`, encryptKey })
  onTestFinished(() => hooks.close())
  rig.lark.courier = hooks
  return rig
}

/** The bot as a program of its own, to be killed. Starts it, again too: on the same data. */
export async function startLarkProgram(
  changes: ConfigInput = {},
): Promise<Ground & { readonly run: () => Program }> {
  const ground = await laid(changes)
  const file = join(ground.dir, 'config.yaml')
  await writeFile(file, JSON.stringify(ground.config))
  return { ...ground, run: () => runParley(['start', '--config', file], ground.dir) }
}

async function laid(changes: ConfigInput): Promise<Ground> {
  const dir = await testDir('lark-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const lark = await startLark({ ackWithin: 1000 })
  const { appId, appSecret, url } = lark
  const config = rigConfig({ dir, socket: '', modelUrl: model.url, changes })
  const block = { appId, appSecret, domain: url, ...changes.adapters?.lark }
  return { dir, lark, model, config: { ...config, adapters: { lark: block } } }
}
