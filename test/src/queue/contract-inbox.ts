import { setImmediate as tick } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import type { Open } from './rig.ts'
import { message, reply } from './values.ts'

export function inboxContract(open: Open): void {
  describe('the inbox', () => {
    test('hands out what was accepted, whole', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const before = Date.now()
      expect(await queue.accept('chat:1', 'c1', message('hello'))).toBe('accepted')
      const [envelope] = await answerAll(queue).atLeast(1)
      expect(envelope).toMatchObject({
        id: 'chat:1',
        conversation: 'c1',
        message: message('hello'),
        attempt: 1,
      })
      expect(envelope).not.toHaveProperty('draft')
      expect(envelope?.acceptedAt).toBeGreaterThanOrEqual(before)
      expect(envelope?.acceptedAt).toBeLessThanOrEqual(Date.now())
    })

    test('keeps the order within each conversation, whatever was accepted at once', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const accepted = Array.from({ length: 60 }, (_, n) =>
        queue.accept(`m${n}`, `c${n % 3}`, message(String(n))),
      )
      const notes = answerAll(queue)
      await Promise.all(accepted)
      await queue.idle()
      for (const lane of [0, 1, 2]) {
        const ids = notes.all.filter(({ conversation }) => conversation === `c${lane}`).map(({ id }) => id)
        expect(ids).toEqual(Array.from({ length: 20 }, (_, n) => `m${lane + 3 * n}`))
      }
    })

    test('refuses a duplicate while its message waits, runs and has ended, also after a restart', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      const again = (queue: typeof first): Promise<string> => queue.accept('m', 'c', message('again'))
      expect(await Promise.all([again(first), again(first)])).toEqual(['accepted', 'duplicate'])
      const [started, finish] = [gate(), gate()]
      const notes = new Notes<string>()
      first.work(
        async (activation) => {
          for (;;) {
            const envelope = await activation.next(10_000)
            if (envelope === undefined) return
            started.open()
            await finish.opened
            await activation.commit([envelope], 'answered', [])
            notes.add(envelope.id)
          }
        },
        { activations: 1 },
      )
      await started.opened
      expect(await again(first)).toBe('duplicate')
      finish.open()
      await notes.atLeast(1)
      expect(await again(first)).toBe('duplicate')
      // The activation waits for its next message now: a duplicate must not wake it, a new message must.
      await first.accept('n', 'c', message('next'))
      await notes.atLeast(2)
      await first.close(0)

      const second = closing(await open(place, noteLog()))
      expect(await again(second)).toBe('duplicate')
      expect(notes.all).toEqual(['m', 'n'])
    })

    test.each([
      ['quotes', `a'b"c\`--;`],
      ['NUL', 'a\0b'],
      ['emoji and controls', '👩‍👩‍👧\u0007\n'],
      ['a lone surrogate', 'x\ud800y'],
      ['length', 'l'.repeat(5000)],
    ])('takes ids and conversations with %s as they are', async (_, hostile) => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      await first.accept(`id${hostile}`, `c${hostile}`, message(hostile))
      await first.accept(`id`, `c`, message('plain'))
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      const sent = sendAll(queue)
      const notes = answerAll(queue, {
        replies: ({ id, conversation }) => [reply(conversation, `key${id}`)],
      })
      await queue.accept(`id2${hostile}`, `c${hostile}`, message('again'))
      await queue.idle()
      expect(await queue.accept(`id${hostile}`, `c${hostile}`, message(hostile))).toBe('duplicate')
      const account = await queue.account(`id${hostile}`)
      expect(account).toMatchObject({ state: 'answered', undelivered: 0 })
      expect(notes.all.filter(({ id }) => id !== 'id').map(({ message }) => message.text)).toEqual([
        hostile,
        'again',
      ])
      expect(sent.all).toHaveLength(3)
    })

    test('settle accepts and ends at once, and delivers its replies', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const worked = answerAll(queue)
      const sent = sendAll(queue)
      const settle = (): Promise<string> =>
        queue.settle('m', 'c', message('/help'), 'answered', [reply('c', 'k')])
      expect(await Promise.all([settle(), settle()])).toEqual(['accepted', 'duplicate'])
      await queue.idle()
      expect(await queue.account('m')).toEqual({
        id: 'm',
        conversation: 'c',
        state: 'answered',
        undelivered: 0,
      })
      expect(sent.all.map(({ key }) => key)).toEqual(['k'])
      expect(worked.all).toEqual([])
      expect(await queue.accept('m', 'c', message('/help'))).toBe('duplicate')
    })

    test('cancel ends what waits and leaves what runs', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [started, finish] = [gate(), gate()]
      const outcomes = new Notes<string>()
      queue.work(
        async (activation) => {
          for (;;) {
            const envelope = await activation.next(10_000)
            if (envelope === undefined) return
            started.open()
            await finish.opened
            await activation.commit([envelope], 'answered', [])
            outcomes.add(envelope.id)
          }
        },
        { activations: 1 },
      )
      for (const id of ['a', 'b', 'c']) await queue.accept(id, 'c', message(id))
      await queue.accept('other', 'd', message('other'))
      await started.opened
      expect((await queue.waiting('c')).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
      expect((await queue.waiting('c', 2)).map(({ id }) => id)).toEqual(['a', 'b'])
      expect(await queue.account('a')).toMatchObject({ state: 'running' })
      expect(await queue.account('b')).toMatchObject({ state: 'waiting' })
      expect(await queue.counts()).toEqual({ waiting: 3, running: 1, undelivered: 0, activations: 1 })

      const ended = await queue.cancel('c', ({ id }) => [reply('c', `cancelled ${id}`)])
      expect(ended.map(({ id }) => id)).toEqual(['b', 'c'])
      expect(await queue.account('b')).toEqual({
        id: 'b',
        conversation: 'c',
        state: 'cancelled',
        undelivered: 1,
      })
      expect(await queue.account('a')).toMatchObject({ state: 'running' })
      finish.open()
      await outcomes.atLeast(2)
      expect(outcomes.all).toEqual(['a', 'other'])
      const sent = sendAll(queue)
      await queue.idle()
      expect(sent.all.map(({ key }) => key)).toEqual(['cancelled b', 'cancelled c'])
      expect(await queue.waiting('c')).toEqual([])
      expect(await queue.account('unknown')).toBeUndefined()
    })

    test('cancel and an activation never both get a message', async () => {
      const log = noteLog()
      const queue = closing(await open(await testDir(), log))
      const notes = answerAll(queue)
      const cancelled: string[] = []
      await queue.accept('first', 'c', message('m'))
      await notes.atLeast(1)
      // From now on the activation waits in next, and is handed a message as it is accepted.
      for (let i = 0; i < 4; i++) await tick()
      for (let n = 0; n < 20; n++) {
        const [, ended] = await Promise.all([
          queue.accept(`m${n}`, 'c', message('m')),
          queue.cancel('c', () => []),
        ])
        cancelled.push(...ended.map(({ id }) => id))
        await queue.idle()
        for (let i = 0; i < 4; i++) await tick()
      }
      const all = [...cancelled, ...notes.all.map(({ id }) => id)]
      const accepted = ['first', ...Array.from({ length: 20 }, (_, n) => `m${n}`)]
      expect(all.toSorted()).toEqual(accepted.toSorted())
      expect(log.lines).toEqual([])
    })

    test('cancel whose replies cannot be made ends nothing', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      for (const id of ['a', 'b']) await queue.accept(id, 'c', message(id))
      const broken = queue.cancel('c', ({ id }) => {
        if (id === 'b') throw new Error('no words')
        return [reply('c', id)]
      })
      await expect(broken).rejects.toThrow('no words')
      expect((await queue.waiting('c')).map(({ id }) => id)).toEqual(['a', 'b'])
      expect(await queue.counts()).toMatchObject({ waiting: 2, undelivered: 0 })
    })
  })
}
