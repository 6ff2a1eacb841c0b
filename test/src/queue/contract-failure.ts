import { describe, expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import type { Envelope } from '../../../src/queue/port.ts'
import { aborted, answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import type { Open } from './rig.ts'
import { message, reply, sent } from './values.ts'

export function failureContract(open: Open): void {
  describe('work that fails', () => {
    test.each([
      ['throws', new Error('the CLI died')],
      ['returns without commit', undefined],
    ])('a run that %s is handed the same head again, before what came later', async (_, failure) => {
      const log = noteLog()
      const queue = closing(await open(await testDir(), log))
      const notes = new Notes<Pick<Envelope, 'id' | 'attempt' | 'died'>>()
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(10_000); envelope;) {
            notes.add({ id: envelope.id, attempt: envelope.attempt, died: envelope.died })
            if (envelope.id === 'a' && envelope.attempt < 3) {
              if (failure) throw failure
              return
            }
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(10_000)
          }
        },
        { activations: 1 },
      )
      await queue.accept('a', 'c', message('a'))
      await queue.accept('b', 'c', message('b'))
      await queue.accept('x', 'other', message('x'))
      await queue.idle()
      const order = notes.all.filter(({ id }) => id !== 'x')
      expect(order).toEqual([
        { id: 'a', attempt: 1, died: 0 },
        { id: 'a', attempt: 2, died: 1 },
        { id: 'a', attempt: 3, died: 2 },
        { id: 'b', attempt: 1, died: 0 },
      ])
      // It holds no place meanwhile.
      expect(notes.all[1]).toEqual({ id: 'x', attempt: 1, died: 0 })
      expect(log.lines).toHaveLength(2)
      expect(log.lines[0]?.fields).toMatchObject({ conversation: 'c' })
    })

    test('what comes later does not hurry a conversation that failed', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const times = new Notes<number>()
      const failed = gate()
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(10_000); envelope;) {
            if (envelope.id === 'a') times.add(performance.now())
            if (envelope.id === 'a' && envelope.attempt === 1) {
              failed.open()
              throw new Error('the CLI died')
            }
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(10_000)
          }
        },
        { activations: 2 },
      )
      await queue.accept('a', 'c', message('a'))
      await failed.opened
      for (let n = 0; n < 10; n++) await queue.accept(`later${n}`, 'c', message('m'))
      await queue.idle()
      const [first = 0, second = 0] = times.all
      expect(second - first).toBeGreaterThan(100)
    })

    test('what failed can be cancelled while it waits to be tried again', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const failed = gate()
      queue.work(
        async (activation) => {
          await activation.next(1000)
          failed.open()
          throw new Error('no')
        },
        { activations: 1 },
      )
      await queue.accept('a', 'c', message('a'))
      await failed.opened
      await new Promise(setImmediate)
      expect(await queue.cancel('c', () => [])).toMatchObject([{ id: 'a', attempt: 1 }])
      await queue.idle()
    })

    test('a draft is there for the next attempt, also after a restart', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      const drafted = gate()
      first.work(
        async (activation) => {
          const envelope = await activation.next(1000)
          if (envelope) await activation.draft(envelope, sent('unfinished'))
          drafted.open()
          await aborted(activation)
        },
        { activations: 1 },
      )
      await first.accept('a', 'c', message('a'))
      await drafted.opened
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      const [envelope] = await answerAll(queue).atLeast(1)
      expect(envelope).toMatchObject({ id: 'a', attempt: 2, draft: sent('unfinished') })
    })

    test('a message ends once: a second commit is refused and its replies with it', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const outcome = new Notes<unknown>()
      queue.work(
        async (activation) => {
          const envelope = await activation.next(1000)
          if (envelope === undefined) return
          const commit = (key: string): Promise<void> =>
            activation.commit([envelope], 'answered', [reply('c', key)])
          const both = await Promise.allSettled([commit('first'), commit('second')])
          for (const { status } of both) outcome.add(status)
          await commit('third').catch((error: unknown) => outcome.add(error))
        },
        { activations: 1 },
      )
      await queue.accept('a', 'c', message('a'))
      await outcome.atLeast(3)
      expect(outcome.all).toEqual(['fulfilled', 'rejected', expect.objectContaining({ code: 'fenced' })])
      const replies = sendAll(queue)
      await queue.idle()
      expect(replies.all.map(({ key }) => key)).toEqual(['first'])
    })

    test('a commit after the run has returned is refused', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const late = Promise.withResolvers<() => Promise<void>>()
      queue.work(
        async (activation) => {
          const envelope = await activation.next(1000)
          if (envelope) late.resolve(() => activation.commit([envelope], 'answered', []))
        },
        { activations: 1 },
      )
      await queue.accept('a', 'c', message('a'))
      const commit = await late.promise
      await expect.poll(async () => (await queue.counts()).activations, { timeout: 10_000 }).toBe(0)
      await expect(commit()).rejects.toMatchObject({ name: 'QueueError', code: 'fenced' })
      expect(await queue.account('a')).toMatchObject({ state: 'waiting' })
    })
  })
}
