/** A message after the conversation's process was evicted as idle: Parley over a bare `claude -p --resume`. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { spawnTurn } from './bare.ts'
import { createChat } from './chat.ts'
import { type Row, msRow, ratioRow } from './figures.ts'
import { type Ground, bareCommand, benchBot, benchConfig } from './ground.ts'
import { watchPipes } from './pipes.ts'

const rounds = 20
const warmUp = 2
const restMs = 50
const prompt = 'Herons stand still and wait.'

export async function cold(ground: Ground): Promise<Row[]> {
  await using opened = new AsyncDisposableStack()
  // Every process is idle for too long as soon as its turn has ended.
  const config = await benchConfig(ground, 'cold', { sessions: { idleTimeout: '1ms' } })
  const chat = createChat('streaming', 'stream')
  const pipes = opened.use(watchPipes())
  const bot = await benchBot(config, [chat.adapter])
  opened.defer(() => bot.stop())
  const id = randomUUID()
  await spawnTurn(await bareCommand(config, { id, resume: false }), prompt)

  const ways = {
    bare: async () => spawnTurn(await bareCommand(config, { id, resume: true }), prompt),
    parley: async () => {
      const heard = await chat.say('ann', prompt)
      await bot.idle()
      await pipes.ended()
      return heard.final - heard.in
    },
  }
  const took: Record<keyof typeof ways, number[]> = { bare: [], parley: [] }
  for (let round = -warmUp; round < rounds; round++) {
    for (const way of round % 2 === 0 ? (['bare', 'parley'] as const) : (['parley', 'bare'] as const)) {
      const ms = await ways[way]()
      if (round >= 0) took[way].push(ms)
      await sleep(restMs)
    }
  }
  return [
    msRow('bare `claude -p --resume`, spawned -> result', took.bare),
    msRow('Parley after idle, message in -> whole answer out', took.parley),
    ratioRow('- over bare', took.parley, took.bare, 1.1),
  ]
}
