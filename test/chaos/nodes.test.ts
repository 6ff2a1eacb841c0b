/** Three nodes in trouble: afterwards every accepted message has one answer, in order, and nothing runs on. */
import { expect, test, vi } from 'vitest'
import { describeWith } from '../rig/needs.ts'
import { startStorm } from './storm.ts'

const people = 60

describeWith('redis-server', 'three nodes', () => {
  test('kill -9, SIGSTOP for longer than the lease, Redis killed and started again: every message is answered once, in order', async () => {
    const storm = await startStorm(3)
    const [first, second] = storm.nodes
    if (first === undefined || second === undefined) throw new Error('unreachable')
    await storm.say(people)

    const killed = storm.say(people)
    await first.kill()
    storm.nodes.shift()
    await storm.join()
    await killed

    const stopped = storm.say(people)
    second.child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 9000))
    second.child.kill('SIGCONT')
    await stopped

    const away = storm.say(people)
    await storm.restartRedis(2000)
    await away

    const last = storm.say(people)
    const leaving = storm.nodes.pop()
    expect(await leaving?.end()).toBe(0)
    await last
    await vi.waitFor(() => expect(storm.wrong()).toEqual([]), { timeout: 90_000, interval: 250 })
    expect(await Promise.all(storm.nodes.map((node) => node.end()))).toEqual([0, 0])
    await vi.waitFor(() => expect(storm.left()).toEqual([]), { timeout: 10_000 })
    // What comes late would come now.
    expect(storm.wrong()).toEqual([])
  }, 180_000)
})
