/** `kill -9` at any moment: nothing that was accepted is lost, nothing ends twice, nothing is out of order. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openBullQueue } from '../../../src/queue/bull/bull.ts'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import type { Queue } from '../../../src/queue/port.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { startRedis } from '../../rig/redis.ts'
import { answerAll, closing, noteLog, sendAll } from './rig.ts'
import { reply } from './values.ts'

const child = fileURLToPath(new URL('child.ts', import.meta.url))
test('a process that is killed again and again ends every message once, in order', async () => {
  const file = join(await testDir(), 'queue.db')
  const lines: string[] = []
  for (let round = 0; round < 20; round++) lines.push(...(await killedRun(file, round)))
  const queue = await openEmbeddedQueue({ file, log: noteLog() })
  await expect(check(lines, 20, queue)).resolves.toBeUndefined()
})

describeWith('redis-server', 'on Redis', () => {
  test('nodes that are killed again and again, two at a time, end every message once, in order', async () => {
    const { url } = await startRedis()
    const runs = async (first: number): Promise<string[]> => {
      const lines: string[] = []
      for (let round = first; round < 12; round += 2) lines.push(...(await killedRun(url, round)))
      return lines
    }
    const lines = await Promise.all([runs(0), runs(1)])
    const queue = await openBullQueue({ url, log: noteLog(), leaseMs: 500 })
    await expect(check(lines.flat(), 12, queue)).resolves.toBeUndefined()
  })
})

/** What the processes said, and what is still to come, together. */
async function check(lines: string[], kills: number, queue: Queue): Promise<void> {
  closing(queue)
  const last = sendAll(queue)
  answerAll(queue, {
    replies: ({ id, conversation }) => [
      reply(conversation, `${id} 1 last`),
      reply(conversation, `${id} 2 last`),
    ],
  })
  await queue.idle()
  const end = process.hrtime.bigint()
  for (const [n, { key, conversation }] of last.all.entries())
    lines.push(`sent ${end + BigInt(n)} ${conversation} ${key}`)

  const accepted = lines.flatMap((line) => /^accepted (\S+) accepted$/.exec(line)?.[1] ?? [])
  expect(accepted.length).toBeGreaterThan(kills * 5)
  expect(lines.filter((line) => /^accepted \S+ duplicate$|^repeated \S+ accepted$/.test(line))).toEqual([])
  const sends = lines.flatMap((line) => {
    const [, at, lane, key] = /^sent (\d+) (\S+) (.*)$/.exec(line) ?? []
    return at === undefined || lane === undefined || key === undefined ? [] : [{ at: BigInt(at), lane, key }]
  })
  sends.sort((a, b) => Number(a.at - b.at))
  const replies = [...new Map(sends.map((send) => [send.key, send])).values()]
  const parts = replies.map(({ key }) => key.split(' ').slice(0, 2).join(' '))
  // Each commit makes keys of its own, so a part that is there twice would be a message that ended twice.
  expect(parts).toHaveLength(new Set(parts).size)
  expect(new Set(parts)).toEqual(
    new Set([...new Set([...accepted, ...ids(parts)])].flatMap((id) => [`${id} 1`, `${id} 2`])),
  )
  for (let n = 0; n < 5; n++) expectOrder(replies, `lane${n}`)
}

/** Each round accepts in order; two rounds at the same time do not agree on one. */
function expectOrder(replies: readonly { lane: string; key: string }[], lane: string): void {
  const places = order(replies, lane)
  for (const round of new Set(places.map((place) => Math.floor(place / 1e6)))) {
    const own = places.filter((place) => Math.floor(place / 1e6) === round)
    expect(own).toEqual(own.toSorted((a, b) => a - b))
  }
}

/** Runs the child until a moment that nobody chose, and returns the lines that it wrote in full. */
async function killedRun(file: string, round: number): Promise<string[]> {
  const args = [child, 'work', file, String(round)]
  const worker = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(worker, 'exit')
  // Some die while they still start and open the file, the others in the midst of their work.
  const early = round % 4 === 0 ? setTimeout(() => worker.kill('SIGKILL'), Math.random() * 300) : undefined
  const enough = 20 + Math.random() * 400
  let output = ''
  for await (const text of worker.stdout.setEncoding('utf8')) {
    output += text
    if (output.split('\n').length > enough) worker.kill('SIGKILL')
  }
  clearTimeout(early)
  expect(await exited).toEqual([null, 'SIGKILL'])
  return output.slice(0, output.lastIndexOf('\n') + 1).split('\n')
}

/** A message whose acceptance was cut off before it was told may well be there too: on disk, not promised. */
function ids(parts: readonly string[]): string[] {
  return parts.map((part) => part.slice(0, part.indexOf(' ')))
}

/** The place of each reply of a lane in the order of acceptance, as sent. */
function order(replies: readonly { lane: string; key: string }[], lane: string): number[] {
  return replies
    .filter((reply) => reply.lane === lane)
    .map(({ key }) => {
      const [round = 0, n = 0] = key.split('.').map(Number)
      return round * 1e6 + n * 10 + Number(key.split(' ')[1])
    })
}
