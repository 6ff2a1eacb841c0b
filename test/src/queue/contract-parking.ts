import { describe, expect, test } from 'vitest'
import type { Activation, Queue } from '../../../src/queue/port.ts'
import { testDir } from '../../rig/dir.ts'
import { closing, noteLog, Notes } from './rig.ts'
import type { Open } from './rig.ts'
import { message } from './values.ts'

/** Messages that begin with `wait` park as often as they say so; all others are answered at once. */
function worker(
  queue: Queue,
  onPark: (activation: Activation) => void = () => undefined,
): Notes<{ readonly id: string; readonly attempt: number; readonly died: number }> {
  const notes = new Notes<{ id: string; attempt: number; died: number }>()
  queue.work(
    async (activation) => {
      for (let envelope = await activation.next(10_000); envelope; envelope = await activation.next(10_000)) {
        const { id, attempt, died } = envelope
        const times = Number(/^wait(\d)/.exec(id)?.[1] ?? 0)
        if (attempt <= times) {
          if (!activation.wanted) await new Promise<void>((resolve) => activation.onWanted(() => resolve()))
          activation.park(envelope.message.text)
          onPark(activation)
          return
        }
        await activation.commit([envelope], 'answered', [])
        notes.add({ id, attempt, died })
      }
    },
    { activations: 1 },
  )
  return notes
}

export function parkingContract(open: Open): void {
  describe('a message that waits for a person', () => {
    test('gives its place up, is handed out again when it is woken, and keeps its place in the line', async () => {
      const log = noteLog()
      const queue = closing(await open(await testDir(), log))
      const answered = worker(queue)
      await queue.accept('wait1', 'c', message('1'))
      await queue.accept('behind', 'c', message('2'))
      await queue.accept('other', 'd', message('3'))
      expect(await answered.atLeast(1)).toEqual([{ id: 'other', attempt: 1, died: 0 }])
      await queue.accept('more', 'c', message('4'))
      await queue.accept('another', 'd', message('5'))
      await answered.atLeast(2)
      queue.wake('c')
      await queue.idle()
      expect(answered.all.map(({ id }) => id)).toEqual(['other', 'another', 'wait1', 'behind', 'more'])
      expect(answered.all[2]).toEqual({ id: 'wait1', attempt: 2, died: 0 })
      expect(log.lines).toEqual([])
    })

    test('woken in the moment in which it parks it is handed out at once', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const answered = worker(queue, ({ conversation }) => queue.wake(conversation))
      await queue.accept('wait2', 'c', message('1'))
      await queue.accept('wait1', 'd', message('2'))
      await queue.accept('other', 'e', message('3'))
      await queue.idle()
      expect(answered.all.map(({ id, died }) => [id, died])).toContainEqual(['wait2', 0])
    })

    test('is handed out at the next start, and counts as no death', async () => {
      const place = await testDir()
      const first = await open(place, noteLog())
      const before = worker(first)
      await first.accept('wait1', 'c', message('1'))
      await first.accept('other', 'd', message('2'))
      await before.atLeast(1)
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      const after = worker(queue)
      expect(await after.atLeast(1)).toEqual([{ id: 'wait1', attempt: 2, died: 0 }])
    })

    test('those that wait for the same are woken together, also in the moment in which they park', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const answered = worker(queue, ({ conversation }) => {
        if (conversation === 'd') queue.wakeAll('a share')
      })
      await queue.accept('wait1-c', 'c', message('a share'))
      await queue.accept('wait1-d', 'd', message('a share'))
      await queue.accept('wait1-e', 'e', message('else'))
      await queue.accept('other', 'f', message('4'))
      await answered.atLeast(3)
      expect(answered.all.map(({ id }) => id).toSorted()).toEqual(['other', 'wait1-c', 'wait1-d'])
      expect([queue.parked('c'), queue.parked('e')]).toEqual([undefined, 'else'])
      queue.wakeAll('else')
      await queue.idle()
    })

    test('when it is withdrawn what waits behind it goes on', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const answered = worker(queue)
      await queue.accept('wait9', 'c', message('1'))
      await queue.accept('behind', 'c', message('2'))
      await queue.accept('other', 'd', message('3'))
      await answered.atLeast(1)
      expect(await queue.withdraw('wait9', [])).toBe('withdrawn')
      await queue.idle()
      expect(answered.all.map(({ id }) => id)).toEqual(['other', 'behind'])
    })
  })
}
