/** `kill -9` at any moment: nothing that was accepted is lost, nothing ends twice, nothing is out of order. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import { testDir } from '../../rig/dir.ts'
import { answerAll, closing, noteLog, sendAll } from './rig.ts'
import { reply } from './values.ts'

const child = fileURLToPath(new URL('child.ts', import.meta.url))
const KILLS = 20

test('a process that is killed again and again ends every message once, in order', async () => {
  const file = join(await testDir(), 'queue.db')
  const lines: string[] = []
  for (let round = 0; round < KILLS; round++) lines.push(...(await killedRun(file, round)))

  const queue = closing(await openEmbeddedQueue({ file, log: noteLog() }))
  const last = sendAll(queue)
  answerAll(queue, {
    replies: ({ id, conversation }) => [
      reply(conversation, `${id} 1 last`),
      reply(conversation, `${id} 2 last`),
    ],
  })
  await queue.idle()
  for (const { key, conversation } of last.all) lines.push(`sent ${conversation} ${key}`)

  const accepted = lines.flatMap((line) => /^accepted (\S+) accepted$/.exec(line)?.[1] ?? [])
  expect(accepted.length).toBeGreaterThan(KILLS * 5)
  expect(lines.filter((line) => /^accepted \S+ duplicate$|^repeated \S+ accepted$/.test(line))).toEqual([])
  const sends = lines.flatMap((line) => {
    const [, lane, key] = /^sent (\S+) (.*)$/.exec(line) ?? []
    return lane === undefined || key === undefined ? [] : [{ lane, key }]
  })
  const replies = [...new Map(sends.map((send) => [send.key, send])).values()]
  const parts = replies.map(({ key }) => key.split(' ').slice(0, 2).join(' '))
  // Each commit makes keys of its own, so a part that is there twice would be a message that ended twice.
  expect(parts).toHaveLength(new Set(parts).size)
  expect(new Set(parts)).toEqual(
    new Set([...new Set([...accepted, ...ids(parts)])].flatMap((id) => [`${id} 1`, `${id} 2`])),
  )
  for (let n = 0; n < 5; n++)
    expect(order(replies, `lane${n}`)).toEqual(order(replies, `lane${n}`).toSorted((a, b) => a - b))
})

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
