import { describe, expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { aborted, answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import type { Open } from './rig.ts'
import { message, reply } from './values.ts'

export function closeContract(open: Open): void {
  describe('closing', () => {
    test('paused, it hands out nothing more, and takes in what comes; resumed, it goes on in order', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [started, finish] = [gate(), gate()]
      const handed: string[] = []
      queue.work(
        async (activation) => {
          for (
            let envelope = await activation.next(10_000);
            envelope;
            envelope = await activation.next(10_000)
          ) {
            handed.push(envelope.id)
            started.open()
            await finish.opened
            await activation.commit([envelope], 'answered', [])
          }
        },
        { activations: 2 },
      )
      await queue.accept('a', 'c', message('a'))
      await started.opened
      const paused = queue.pause()
      await queue.accept('b', 'c', message('b'))
      await queue.accept('x', 'other', message('x'))
      queue.expect('third')
      finish.open()
      await paused
      expect(handed).toEqual(['a'])
      expect(await queue.lanes()).toEqual(['c', 'other'])
      // Nothing runs: it is paused at once.
      await queue.pause()
      queue.resume()
      await queue.idle()
      expect(handed.toSorted()).toEqual(['a', 'b', 'x'])
      expect(await queue.lanes()).toEqual([])
    })

    test('lets what runs end, sends what it said, and leaves the rest for the next start', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      const [started, finish] = [gate(), gate()]
      const next = new Notes<unknown>()
      first.work(
        async (activation) => {
          const envelope = await activation.next(10_000)
          if (envelope === undefined) return
          started.open()
          await finish.opened
          await activation.commit([envelope], 'answered', [reply('c', 'k')])
          next.add(await activation.next(10_000))
        },
        { activations: 1 },
      )
      const sentEarly = sendAll(first)
      for (const id of ['a', 'b']) await first.accept(id, 'c', message(id))
      await started.opened
      const closed = first.close(10_000)
      finish.open()
      await closed
      expect(next.all).toEqual([undefined])

      const queue = closing(await open(place, noteLog()))
      const sentLate = sendAll(queue)
      const notes = answerAll(queue)
      await queue.idle()
      expect(notes.all.map(({ id, attempt }) => [id, attempt])).toEqual([['b', 1]])
      expect(sentEarly.all.map(({ key }) => key)).toEqual(['k'])
      expect(sentLate.all).toEqual([])
    })

    test('aborts what runs after the grace; a commit that comes late is fenced', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      const started = gate()
      const late = new Notes<unknown>()
      first.work(
        async (activation) => {
          const envelope = await activation.next(10_000)
          if (envelope === undefined) return
          started.open()
          await aborted(activation)
          late.add(await activation.next(10_000))
          await activation
            .commit([envelope], 'answered', [reply('c', 'k')])
            .catch((error: unknown) => late.add(error))
        },
        { activations: 1 },
      )
      await first.accept('a', 'c', message('a'))
      await started.opened
      await first.close(10)
      expect(late.all).toEqual([undefined, expect.objectContaining({ name: 'QueueError', code: 'fenced' })])

      const queue = closing(await open(place, noteLog()))
      const sent = sendAll(queue)
      const notes = answerAll(queue)
      await queue.idle()
      // The stop was ours: it speaks against nobody.
      expect(notes.all.map(({ id, attempt, died }) => [id, attempt, died])).toEqual([['a', 2, 0]])
      expect(sent.all).toEqual([])
    })

    test('wakes an activation that idles, at once', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const notes = answerAll(queue, { idleMs: 3_600_000 })
      await queue.accept('a', 'c', message('a'))
      await notes.atLeast(1)
      await queue.close(3_600_000)
      expect(notes.all).toHaveLength(1)
    })

    test('waits for a delivery on its way', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [begun, arrive] = [gate(), gate()]
      let done = false
      queue.deliver(async () => {
        begun.open()
        await arrive.opened
        done = true
        return { state: 'sent' }
      })
      await queue.post([reply('c', 'k')])
      await begun.opened
      const closed = queue.close(0)
      arrive.open()
      await closed
      expect(done).toBe(true)
    })

    test('may be called twice; then the queue refuses, and says why', async () => {
      const queue = await open(await testDir(), noteLog())
      await queue.accept('a', 'c', message('a'))
      const waiting = queue.idle()
      const [idle] = await Promise.allSettled([waiting, queue.close(0), queue.close(0)])
      const closed = { name: 'QueueError', code: 'closed' }
      expect(idle).toMatchObject({ status: 'rejected', reason: closed })
      await expect(queue.accept('b', 'c', message('b'))).rejects.toMatchObject(closed)
      await expect(queue.post([reply('c', 'k')])).rejects.toMatchObject(closed)
      await expect(queue.counts()).rejects.toMatchObject(closed)
    })

    test('what was accepted while it closed is not lost', async () => {
      const place = await testDir()
      const first = await open(place, noteLog())
      const results = await Promise.allSettled([
        first.accept('a', 'c', message('a')),
        first.close(0),
        first.accept('b', 'c', message('b')),
      ])
      const queue = closing(await open(place, noteLog()))
      const kept = (await queue.waiting('c')).map(({ id }) => id)
      const promised = [results[0], results[2]].flatMap(({ status }, n) =>
        status === 'fulfilled' ? [n === 0 ? 'a' : 'b'] : [],
      )
      expect(kept).toEqual(expect.arrayContaining(promised))
      expect(kept).toContain('a')
    })
  })
}
