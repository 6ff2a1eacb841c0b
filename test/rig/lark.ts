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
  restart(more?: ConfigInput): Promise<void>
}

/** How events come. */
export type Way = 'websocket' | 'webhook'
export const ways: readonly (readonly [name: string, way: Way])[] = [
  ['by long connection', 'websocket'],
  ['over HTTP', 'webhook'],
]

export async function startLarkRig(changes: ConfigInput = {}, way: Way = 'websocket'): Promise<LarkRig> {
  const ground = await laid(changes, way)
  const rig: LarkRig = { ...ground, bot: await start(ground.config), restart }
  onTestFinished(() => rig.bot.stop())
  async function restart(more: ConfigInput = {}): Promise<void> {
    await rig.bot.stop()
    rig.bot = await start({ ...ground.config, ...more })
  }
  return rig
}

/** The bot as a program of its own, to be killed. Starts it, again too: on the same data. */
export async function startLarkProgram(
  changes: ConfigInput = {},
  way: Way = 'websocket',
): Promise<Ground & { readonly run: () => Program }> {
  const ground = await laid(changes, way)
  const file = join(ground.dir, 'config.yaml')
  await writeFile(file, JSON.stringify(ground.config))
  return { ...ground, run: () => runParley(['start', '--config', file], ground.dir) }
}

async function laid(changes: ConfigInput, way: Way): Promise<Ground> {
  const dir = await testDir('lark-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const lark = await startLark({ ackWithin: 1000 })
  const { appId, appSecret, url } = lark
  const config = rigConfig({ dir, socket: '', modelUrl: model.url, changes })
  const endpoint = way === 'webhook' ? await hooked(lark) : {}
  const block = { appId, appSecret, domain: url, ...endpoint, ...changes.adapters?.lark }
  return { dir, lark, model, config: { ...config, adapters: { lark: block } } }
}

/** Events come over HTTP from now on, to a bot of these settings. */
async function hooked(lark: FakeLark): Promise<object> {
  const port = await freePort()
  const encryptKey = 'fake-encrypt-key'
  const hooks = new Webhooks({
    url: `http://127.0.0.1:${port}/lark/events`,
    encryptKey,
    retries: [10, 50, 250, 1000, 1000, 1000],
  })
  onTestFinished(() => hooks.close())
  lark.courier = hooks
  const { verificationToken } = lark
  return { mode: 'webhook', host: '127.0.0.1', port, encryptKey, verificationToken }
}
