/** Turns over HTTP beside the CLI driven bare and beside a server that spawns it for each request; reads by the second. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Bare, startBare } from '../bare.ts'
import { openBot, openParley } from '../chats/processes.ts'
import { type Row, median, ms, msRow, overRow, times } from '../figures.ts'
import { type Ground, bareCommand, benchConfig, benchInput } from '../ground.ts'
import { Client } from './client.ts'

const rounds = 80
const warmUp = 6
/** A CLI is spawned for a request once in so many rounds. */
const spawnEvery = 8
const restMs = 25
const atMostMs = 5
/** The same as in the part `warm`; and one that comes over 60 ms, so that it is not there before its beginning could be. */
const prompt =
  '!say Herons stand **still** and wait: see [the list](https://example.org/herons) and `ardea.txt`.'
const slowPrompt = '!slow 0.06 20'
const readsForMs = 3_000
const readers = 16

/** Milliseconds of each round, in order. */
interface Took {
  readonly bare: number[]
  readonly bareFirst: number[]
  readonly whole: number[]
  readonly first: number[]
  readonly spawned: number[]
}

export async function http(ground: Ground): Promise<Row[]> {
  await using opened = new AsyncDisposableStack()
  const key = randomUUID()
  const [port, spawningPort] = [await freePort(), await freePort()]
  const block = { port, apiKeys: { bench: { key } }, requestsPerMinute: 0 }
  opened.use(await openParley(benchInput(ground, 'http', { adapters: { http: block } })))
  const spawningInput = benchInput(ground, 'http-spawning', { adapters: { http: { port: spawningPort } } })
  opened.use(await openBot(new URL('spawning.ts', import.meta.url), spawningInput))
  const bareConfig = await benchConfig(ground, 'http-bare')
  const bare = startBare(await bareCommand(bareConfig, { id: randomUUID(), resume: false }))
  opened.defer(() => bare.end())
  const parley = new Client(port, key)
  opened.defer(() => parley.close())
  const spawning = new Client(spawningPort, key)
  opened.defer(() => spawning.close())
  const { id } = Named.parse(JSON.parse((await parley.post('/api/v1/sessions', {})).body))
  const took = await turns({ bare, parley, spawning }, id)
  return [...turnRows(took), ...(await reads(port, key, id))]
}

const Named = z.object({ id: z.string() })
const Spawned = z.object({ session_id: z.string() })

interface Ways {
  readonly bare: Bare
  readonly parley: Client
  readonly spawning: Client
}

async function turns({ bare, parley, spawning }: Ways, session: string): Promise<Took> {
  const took: Took = { bare: [], bareFirst: [], whole: [], first: [], spawned: [] }
  const path = `/api/v1/sessions/${session}/messages`
  const begun = await spawning.post('/api/claude', { prompt })
  const { session_id } = Spawned.parse(JSON.parse(begun.body))
  for (let round = -warmUp; round < rounds; round++) {
    if (round === 0) for (const values of Object.values(took)) values.length = 0
    await sleep(restMs)
    took.bare.push((await bare.turn(prompt)).result)
    await sleep(restMs)
    const json = await parley.post(path, { text: prompt })
    took.whole.push(json.whole - json.asked)
    await sleep(restMs)
    took.bareFirst.push((await bare.turn(slowPrompt)).firstText)
    await sleep(restMs)
    const events = await parley.post(path, { text: slowPrompt }, 'text/event-stream')
    took.first.push(events.firstText - events.asked)
    if (round < 0 || round % spawnEvery !== 0) continue
    const one = await spawning.post('/api/claude', { prompt, session_id })
    took.spawned.push(one.whole - one.asked)
  }
  return took
}

function turnRows({ bare, bareFirst, whole, first, spawned }: Took): Row[] {
  return [
    msRow('turn, the CLI driven bare: written -> result', bare),
    msRow('turn over HTTP, as JSON: asked -> answered', whole),
    overRow('- over bare', whole, bare),
    msRow('turn, a server that spawns `claude -p` a request: asked -> answered', spawned),
    { figure: '- over a turn of Parley', median: times(median(spawned) / median(whole)) },
    { figure: '- over bare', median: ms(median(spawned) - median(bare)) },
    msRow('first text, the CLI driven bare: written -> first delta', bareFirst),
    msRow('first text over HTTP, by events: asked -> first `message`', first),
    overRow('- over bare', first, bareFirst, atMostMs),
  ]
}

/** By as many connections as there are readers; the client has a process of its own. */
async function reads(port: number, key: string, session: string): Promise<Row[]> {
  const paths = {
    '/health': '/health',
    'one session': `/api/v1/sessions/${session}`,
    'what was said last, 50 lines': `/api/v1/sessions/${session}/history`,
    'messages and tasks, a page of 50': '/api/v1/tasks?limit=50',
    'the usage of 30 days': '/api/v1/usage',
  }
  const client = new Client(port, key, readers)
  const rows: Row[] = []
  for (const [name, path] of Object.entries(paths)) {
    await client.get(path)
    const perSecond = await load(client, path)
    rows.push({ figure: `reads, ${readers} at a time: ${name}`, median: `${Math.round(perSecond)}/s` })
  }
  client.close()
  return rows
}

async function load(client: Client, path: string): Promise<number> {
  const start = performance.now()
  let count = 0
  const reader = async (): Promise<void> => {
    while (performance.now() - start < readsForMs) {
      await client.get(path)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: readers }, reader))
  return count / ((performance.now() - start) / 1000)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = z.object({ port: z.int() }).parse(server.address())
  server.close()
  await once(server, 'close')
  return port
}
