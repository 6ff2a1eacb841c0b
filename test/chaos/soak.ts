/**
 * `npm run soak`: three nodes and 300 people for 20 minutes (PARLEY_SOAK_MINUTES), with a node killed and Redis started
 * again every few rounds. What a node takes of memory and descriptors must not grow, and all must be answered.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { startStorm } from './storm.ts'

const minutes = Number(process.env.PARLEY_SOAK_MINUTES ?? 20)
const people = 300
/** With memory to spare V8 grows its heap for hours before it looks whether that is needed. */
const bounded = ['--optimize-for-size', '--max-semi-space-size=4', '--max-old-space-size=256']

interface Sample {
  readonly megabytes: number
  readonly descriptors: number
}

test(`${people} people for ${minutes} minutes: memory and descriptors stay flat, everything is answered once, in order`, async () => {
  const storm = await startStorm(3, bounded)
  // This one is never killed: it is the one that is measured.
  const [old] = storm.nodes
  const pid = old?.child.pid
  if (pid === undefined) throw new Error('no node runs')
  const samples: Sample[] = []
  const until = Date.now() + minutes * 60_000
  for (let round = 1; Date.now() < until; round++) {
    const said = storm.say(people)
    if (round % 4 === 0) {
      await storm.nodes.pop()?.kill()
      await storm.join()
    }
    if (round % 7 === 0) await storm.restartRedis(1000)
    await said
    await vi.waitFor(() => expect(storm.wrong().slice(0, 3)).toEqual([]), {
      timeout: 300_000,
      interval: 1000,
    })
    samples.push(sample(pid))
    const { megabytes, descriptors } = sample(pid)
    console.log(
      `round ${round}: ${megabytes} MB, ${descriptors} descriptors, Redis ${await storm.redis().memory()} bytes`,
    )
  }
  expect(await Promise.all(storm.nodes.map((node) => node.end()))).toEqual([0, 0, 0])
  await vi.waitFor(() => expect(storm.left()).toEqual([]), { timeout: 10_000 })
  // The first quarter fills caches and heaps.
  const steady = samples.slice(Math.floor(samples.length / 4))
  const [before, after] = [steady.slice(0, steady.length / 2), steady.slice(steady.length / 2)]
  expect(median(after, 'megabytes')).toBeLessThan(median(before, 'megabytes') * 1.15)
  expect(median(after, 'descriptors')).toBeLessThan(median(before, 'descriptors') + 20)
}, 86_400_000)

function sample(pid: number): Sample {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return {
    megabytes: Math.round(Number(kilobytes) / 1024),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  }
}

function median(samples: readonly Sample[], of: keyof Sample): number {
  const sorted = samples.map((each) => each[of]).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
