/** A warm turn: Parley over the same CLI driven bare, and below spawning the CLI for each message. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bare, spawnTurn, startBare } from './bare.ts'
import { type Chat, createChat } from './chat.ts'
import { diskRow } from './disk.ts'
import { type Row, median, msRow, overRow, times } from './figures.ts'
import { type Ground, bareCommand, benchBot, benchConfig, openCli } from './ground.ts'
import { noteAsking, watchPipes } from './pipes.ts'

const rounds = 160
/** Of the CLI in each way, taken in turn: one is faster than the next by up to 2 ms for as long as it lives. */
const processes = 4
const warmUp = 2 * processes
/** A CLI is spawned for a message once in so many rounds. */
const spawnEvery = 10
/** Between two turns: the CLI and Parley write down what was, which is nobody's wait and must not be the next one's. */
const restMs = 25
const prompt =
  '!say Herons stand **still** and wait: see [the list](https://example.org/herons) and `ardea.txt`.'

/** Milliseconds of each round, in order. */
interface Took {
  readonly bare: number[]
  readonly stream: number[]
  readonly send: number[]
  readonly spawned: number[]
  /** Message in -> accepted, message in -> written to the CLI, the CLI's result read -> answer at the adapter. */
  readonly accept: number[]
  readonly ask: number[]
  readonly deliver: number[]
}

export async function warm(ground: Ground): Promise<Row[]> {
  const took: Took = { bare: [], stream: [], send: [], spawned: [], accept: [], ask: [], deliver: [] }
  const ways = await openWays(ground, took)
  await using _opened = ways.opened
  const each = ['bare', 'stream', 'send'] as const
  for (let round = -warmUp; round < rounds; round++) {
    if (round === 0) for (const values of Object.values(took)) values.length = 0
    // Each way begins in turn, so that none always follows the same one.
    for (let n = 0; n < each.length; n++) {
      await sleep(restMs)
      await ways[each[(n + round + warmUp) % each.length] ?? 'bare'](round + warmUp)
    }
    if (round % spawnEvery === 0) await ways.spawned(round)
  }
  return [...rowsOf(took), await diskRow(ground, 'warm-disk.db')]
}

interface Ways extends Record<'bare' | 'stream' | 'send' | 'spawned', (round: number) => Promise<void>> {
  readonly opened: AsyncDisposableStack
}

async function openWays(ground: Ground, took: Took): Promise<Ways> {
  await using opened = new AsyncDisposableStack()
  const config = await benchConfig(ground, 'warm', { sessions: { maxWarm: 2 * processes } })
  const streaming = createChat('streaming', 'stream')
  const plain = createChat('plain', 'send')
  const pipes = opened.use(watchPipes())
  const asking = noteAsking(openCli())
  const bot = await benchBot(config, [streaming.adapter, plain.adapter], asking.open)
  opened.defer(() => bot.stop())
  const bare: Bare[] = []
  for (let n = 0; n < processes; n++) {
    const one = startBare(await bareCommand(config, { id: randomUUID(), resume: false }))
    opened.defer(() => one.end())
    bare.push(one)
  }
  const id = randomUUID()
  await spawnTurn(await bareCommand(config, { id, resume: false }), prompt)

  const through = async (chat: Chat, values: number[], round: number): Promise<void> => {
    pipes.reset()
    const heard = await chat.say(`user-${round % processes}`, prompt)
    await bot.idle()
    values.push(heard.final - heard.in)
    took.accept.push(heard.accepted - heard.in)
    took.ask.push(asking.at - heard.in)
    took.deliver.push(heard.final - pipes.result)
  }
  return {
    opened: opened.move(),
    bare: async (round) => {
      const turn = await bare[round % processes]?.turn(prompt)
      took.bare.push(turn?.result ?? Number.NaN)
    },
    stream: (round) => through(streaming, took.stream, round),
    send: (round) => through(plain, took.send, round),
    spawned: async () =>
      void took.spawned.push(await spawnTurn(await bareCommand(config, { id, resume: true }), prompt)),
  }
}

function rowsOf(took: Took): Row[] {
  const own = took.ask.map((ms, turn) => ms + (took.deliver[turn] ?? Number.NaN))
  return [
    msRow('warm turn, the CLI driven bare', took.bare),
    msRow('warm turn, Parley, adapter that streams', took.stream),
    overRow('- over bare', took.stream, took.bare, 3),
    msRow('warm turn, Parley, adapter that only sends', took.send),
    overRow('- over bare', took.send, took.bare, 3),
    msRow("Parley's own share of a turn, both adapters", own),
    msRow('- message in -> accepted, on disk', took.accept),
    msRow('- message in -> written to the CLI', took.ask),
    msRow("- the CLI's result read -> whole answer at the adapter", took.deliver),
    msRow('`claude -p --resume` spawned for each message', took.spawned),
    belowRow('- over a warm turn of Parley, adapter that streams', took.spawned, took.stream),
    belowRow('- over a warm turn of Parley, adapter that only sends', took.spawned, took.send),
    {
      figure: '- over a warm turn of the CLI driven bare',
      median: times(median(took.spawned) / median(took.bare)),
    },
  ]
}

function belowRow(figure: string, spawned: readonly number[], warmed: readonly number[]): Row {
  const ratio = median(spawned) / median(warmed)
  return { figure, median: times(ratio), target: '≥ 10 ×', met: ratio >= 10 }
}
