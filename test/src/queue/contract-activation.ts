import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import type { Activation } from '../../../src/queue/port.ts'
import { closing, gate, noteLog, Notes } from './rig.ts'
import type { Open } from './rig.ts'
import { message } from './values.ts'

export function activationContract(open: Open): void {
  describe('activations', () => {
    test('one a conversation, side by side, never more than the limit', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [all, finish] = [gate(), gate()]
      const active = new Map<string, number>()
      let most = 0
      queue.work(
        async (activation) => {
          const { conversation } = activation
          active.set(conversation, (active.get(conversation) ?? 0) + 1)
          most = Math.max(most, active.size)
          expect(active.get(conversation)).toBe(1)
          if (active.size === 3) all.open()
          await all.opened
          for (let envelope = await activation.next(0); envelope; envelope = await activation.next(0)) {
            await activation.commit([envelope], 'answered', [])
          }
          await finish.opened
          active.delete(conversation)
        },
        { activations: 3 },
      )
      for (let n = 0; n < 30; n++) await queue.accept(`m${n}`, `c${n % 10}`, message(String(n)))
      await all.opened
      finish.open()
      await queue.idle()
      expect(most).toBe(3)
    })

    test('a message for a conversation that waits in next is handed to it', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const notes = new Notes<string>()
      let runs = 0
      queue.work(
        async (activation) => {
          const run = ++runs
          for (let envelope = await activation.next(10_000); envelope;) {
            await activation.commit([envelope], 'answered', [])
            notes.add(`${run} ${envelope.id}`)
            envelope = await activation.next(10_000)
          }
        },
        { activations: 2 },
      )
      for (const id of ['a', 'b', 'c']) {
        await queue.accept(id, 'c', message(id))
        await notes.atLeast(notes.all.length + 1)
      }
      expect(notes.all).toEqual(['1 a', '1 b', '1 c'])
    })

    test('what waits behind the message that was handed out is told of, whenever it came', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [held, goOn] = [new Notes<Activation>(), [gate(), gate()] as const]
      let handled = 0
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(10_000); envelope;) {
            held.add(activation)
            await goOn[handled++]?.opened
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(10_000)
          }
        },
        { activations: 1 },
      )
      await queue.accept('first', 'c', message('first'))
      const [activation] = await held.atLeast(1)
      await queue.accept('second', 'c', message('second'))
      expect(activation?.behind).toBe(true)
      const [, second] = await queue.waiting('c')
      if (second === undefined || activation === undefined) throw new Error('the second does not wait')
      await activation.join(second)
      await activation.part(second)
      expect(activation.behind).toBe(true)
      goOn[0].open()
      await held.atLeast(2)
      await queue.accept('third', 'c', message('third'))
      expect(activation.behind).toBe(true)
      goOn[1].open()
      await queue.idle()
    })

    test('where it says that nothing waits behind a message, nothing does, in bursts too', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const unseen: string[] = []
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(10_000); envelope;) {
            const waiting = await queue.waiting('c')
            // Asked last: what came during the look is told of by now.
            if (!activation.behind && waiting.length > 1) unseen.push(envelope.id)
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(10_000)
          }
        },
        { activations: 1 },
      )
      for (let burst = 0; burst < 40; burst++) {
        const ids = Array.from({ length: 1 + (burst % 4) }, (_, n) => `${burst}-${n}`)
        await Promise.all(ids.map((id) => queue.accept(id, 'c', message(id))))
        if (burst % 3 > 0) continue
        await queue.idle()
        // The next burst finds it waiting in `next`, which nothing outside can see: each look takes a turn or two.
        for (let turn = 0; turn < 5; turn++) await setImmediate()
      }
      await queue.idle()
      expect(unseen).toEqual([])
    })

    test('next gives undefined when nothing came for so long', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const returned = gate()
      queue.work(
        async (activation) => {
          const envelope = await activation.next(1000)
          if (envelope) await activation.commit([envelope], 'answered', [])
          expect(await activation.next(30)).toBeUndefined()
          returned.open()
        },
        { activations: 1 },
      )
      await queue.accept('m', 'c', message('m'))
      await returned.opened
      expect(await queue.counts()).toMatchObject({ waiting: 0, running: 0 })
    })

    test('when all places are taken, the conversation that idles longest makes way', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const left = new Notes<string>()
      const answered = new Notes<string>()
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(60_000); envelope;) {
            await activation.commit([envelope], 'answered', [])
            answered.add(envelope.id)
            envelope = await activation.next(60_000)
          }
          left.add(activation.conversation)
        },
        { activations: 2 },
      )
      const say = async (id: string, conversation: string): Promise<void> => {
        const count = answered.all.length
        await queue.accept(id, conversation, message(id))
        await answered.atLeast(count + 1)
      }
      await say('1', 'old')
      await say('2', 'young')
      await say('3', 'old')
      await say('4', 'new')
      expect(left.all).toEqual(['young'])
      await say('5', 'young')
      expect(left.all).toEqual(['young', 'old'])
      expect(await queue.counts()).toMatchObject({ activations: 2 })
    })

    test('a conversation that works is not evicted; the one that waits for its place gets it later', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [started, finish] = [gate(), gate()]
      const order = new Notes<string>()
      queue.work(
        async (activation) => {
          for (let envelope = await activation.next(60_000); envelope;) {
            started.open()
            await finish.opened
            await activation.commit([envelope], 'answered', [])
            order.add(envelope.id)
            envelope = await activation.next(60_000)
          }
        },
        { activations: 1 },
      )
      await queue.accept('a', 'one', message('a'))
      await started.opened
      await queue.accept('b', 'two', message('b'))
      await queue.accept('c', 'one', message('c'))
      finish.open()
      await order.atLeast(3)
      expect(order.all).toEqual(['a', 'c', 'b'])
    })

    test('what stays is not idle while it stays, and makes way last', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [answered, left] = [new Notes<string>(), new Notes<string>()]
      const held = new Map<string, Activation>()
      queue.work(
        async (activation) => {
          const { conversation } = activation
          held.set(conversation, activation)
          // Idle at once, but for what stays.
          const idleMs = conversation.startsWith('stays') ? 0 : 60_000
          for (let envelope = await activation.next(idleMs); envelope;) {
            await activation.commit([envelope], 'answered', [])
            if (idleMs === 0) activation.stay(60_000)
            answered.add(envelope.id)
            envelope = await activation.next(idleMs)
          }
          left.add(conversation)
        },
        { activations: 2 },
      )
      const say = async (id: string, conversation: string): Promise<void> => {
        const count = answered.all.length
        await queue.accept(id, conversation, message(id))
        await answered.atLeast(count + 1)
      }
      await say('1', 'stays')
      await say('2', 'plain')
      await say('3', 'new')
      await left.atLeast(1)
      await say('4', 'stays')
      expect(left.all).toEqual(['plain'])
      held.get('stays')?.stay(0)
      await left.atLeast(2)
      expect(left.all).toEqual(['plain', 'stays'])
      await say('5', 'stays too')
      queue.limit({ activations: 1 })
      await left.atLeast(3)
      queue.limit({ activations: 0 })
      await left.atLeast(4)
      expect(left.all.slice(2)).toEqual(['new', 'stays too'])
    })

    test('what is expected is handed out before its message, where a place is free, and keeps nobody out', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [begun, left] = [new Notes<string>(), new Notes<string>()]
      queue.work(
        async (activation) => {
          begun.add(`${activation.conversation} ${activation.expected ? 'expected' : 'written to'}`)
          for (let envelope = await activation.next(60_000); envelope;) {
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(60_000)
          }
          left.add(activation.conversation)
        },
        { activations: 2 },
      )
      for (const conversation of ['ann', 'ann', 'bob', 'cem']) queue.expect(conversation)
      await begun.atLeast(2)
      expect(await queue.counts()).toMatchObject({ activations: 2, waiting: 0, running: 0 })
      await queue.accept('1', 'ann', message('1'))
      await queue.accept('2', 'dan', message('2'))
      await queue.idle()
      // Nobody wrote to Bob, and neither he nor Cem was promised a place.
      expect(begun.all).toEqual(['ann expected', 'bob expected', 'dan written to'])
      expect(left.all).toEqual(['bob'])
    })

    test('limit raises and lowers the number of places', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const begun = new Notes<string>()
      const ended = new Notes<string>()
      queue.work(
        async (activation) => {
          begun.add(activation.conversation)
          for (let envelope = await activation.next(60_000); envelope;) {
            await activation.commit([envelope], 'answered', [])
            envelope = await activation.next(60_000)
          }
          ended.add(activation.conversation)
        },
        { activations: 3 },
      )
      for (const lane of ['a', 'b', 'c']) await queue.accept(lane, lane, message(lane))
      await begun.atLeast(3)
      await queue.idle()
      queue.limit({ activations: 1 })
      await ended.atLeast(2)
      expect(await queue.counts()).toMatchObject({ activations: 1 })
      queue.limit({ activations: 3 })
      for (const lane of ['d', 'e']) await queue.accept(lane, lane, message(lane))
      await begun.atLeast(5)
      expect(ended.all).toHaveLength(2)
    })
  })
}
