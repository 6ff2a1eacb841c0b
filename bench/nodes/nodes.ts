/** Several nodes on one Redis beside the embedded queue: turns without Claude, so that the queue is what is measured. */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from '@redis/client'
import { openBullQueue } from '../../src/queue/bull/bull.ts'
import type { Queue } from '../../src/queue/port.ts'
import type { Row } from '../figures.ts'
import { type Ground, surroundings } from '../ground.ts'
import { crowd, Figures, message, silent } from './crowd.ts'

const idleConversations = 10_000

export async function nodes({ dir }: Ground): Promise<Row[]> {
  const rows: Row[] = []
  const alone = await measured(join(dir, 'nodes-embedded.db'))
  rows.push(...rowsOf('embedded', alone))
  for (const count of [1, 2, 4]) {
    const redis = await startRedis(join(dir, `nodes-redis-${count}`))
    const others = await Promise.all(Array.from({ length: count - 1 }, () => startNode(redis.url, 'work')))
    rows.push(...rowsOf(`Redis, ${count} node${count > 1 ? 's' : ''}`, await measured(redis.url)))
    for (const other of others) other.kill('SIGKILL')
    await redis.end()
  }
  rows.push(await takeover(join(dir, 'nodes-redis-takeover')))
  rows.push(await idleMemory(join(dir, 'nodes-redis-idle')))
  return rows
}

/** The figures of a node that accepts, works and sends, told by itself. */
async function measured(place: string): Promise<Figures> {
  const child = await startNode(place, 'measure')
  const [told] = await once(child, 'message')
  child.kill('SIGKILL')
  return Figures.parse(told)
}

function rowsOf(name: string, { turnsPerSecond, latencyMs, lateMs }: Figures): Row[] {
  return [
    {
      figure: `${name}: turns, ${crowd.messages} messages in ${crowd.conversations} conversations`,
      median: `${turnsPerSecond.toFixed(0)}/s`,
    },
    {
      figure: `- accepted to sent, one at a time`,
      median: `${latencyMs.toFixed(1)} ms`,
      p95: `${lateMs.toFixed(1)} ms`,
    },
  ]
}

/** How long a conversation stands still whose node is killed in the midst of it. */
async function takeover(dir: string): Promise<Row> {
  const redis = await startRedis(dir)
  const queue = await openBullQueue({ url: redis.url, log: silent })
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const node = await startNode(redis.url, 'stall')
    await queue.accept(`m${round}`, `c${round}`, message)
    await once(node, 'message')
    const killed = performance.now()
    node.kill('SIGKILL')
    const next = await startNode(redis.url, 'stall')
    await once(next, 'message')
    times.push(performance.now() - killed)
    next.kill('SIGKILL')
    await once(next, 'exit')
    await queue.withdraw(`m${round}`, [])
  }
  await queue.close(0)
  await redis.end()
  const sorted = times.toSorted((a, b) => a - b)
  const [slowest = Number.NaN, middle = Number.NaN] = [sorted.at(-1), sorted[2]]
  return {
    figure: 'a node is killed: until another has its message, slowest of 5',
    median: seconds(middle),
    p95: seconds(slowest),
  }
}

/** What a conversation takes in Redis that has said one thing and been answered. */
async function idleMemory(dir: string): Promise<Row> {
  const redis = await startRedis(dir)
  const queue: Queue = await openBullQueue({ url: redis.url, log: silent })
  const before = await redis.memory()
  const settled = Array.from({ length: idleConversations }, (_, n) =>
    queue.settle(`slack:${n}`, `slack:T1/D${n}`, message, 'answered', []),
  )
  await Promise.all(settled)
  const each = ((await redis.memory()) - before) / idleConversations
  await queue.close(0)
  await redis.end()
  return {
    figure: `Redis, a conversation at rest that was answered in the last 8 hours (of ${idleConversations})`,
    median: `${each.toFixed(0)} bytes`,
  }
}

async function startNode(place: string, verb: 'work' | 'measure' | 'stall'): Promise<ChildProcess> {
  const child = fork(new URL('node.ts', import.meta.url), [place, verb], { env: surroundings })
  await once(child, 'message')
  return child
}

interface Redis {
  readonly url: string
  memory(): Promise<number>
  end(): Promise<void>
}

/** Keeps an append-only file, as it has to in earnest. */
async function startRedis(dir: string): Promise<Redis> {
  await mkdir(dir, { recursive: true })
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const port = String(address.port)
  const flags = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', dir]
  const redis = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(redis.stdout)) if (line.includes('Ready to accept')) break
  redis.stdout.resume()
  const url = `redis://127.0.0.1:${port}`
  return {
    url,
    memory: async () => {
      const client = createClient({ url })
      await client.connect()
      const info = await client.info('memory')
      client.destroy()
      return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
    },
    end: async () => {
      redis.kill('SIGKILL')
      await once(redis, 'exit')
    },
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
