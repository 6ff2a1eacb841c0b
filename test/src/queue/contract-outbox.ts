import { describe, expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import type { Open } from './rig.ts'
import { file, message, reply, sent } from './values.ts'

export function outboxContract(open: Open): void {
  describe('the outbox', () => {
    test('delivers what a commit puts in, whole and in order', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const withDraft = { ...reply('c', 'a.1'), draft: sent('draft') }
      answerAll(queue, {
        replies: ({ id }) => (id === 'a' ? [withDraft, reply('c', 'a.2')] : [reply('c', id)]),
      })
      const notes = sendAll(queue)
      for (const id of ['a', 'b']) await queue.accept(id, 'c', message(id))
      await queue.idle()
      expect(notes.all.map(({ key }) => key)).toEqual(['a.1', 'a.2', 'b'])
      expect(notes.all[0]).toMatchObject({ ...withDraft, attempt: 1, parts: [] })
      expect(notes.all[1]).not.toHaveProperty('draft')
    })

    test('one at a time in a conversation, conversations side by side', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const both = gate()
      const inFlight = new Set<string>()
      const order = new Notes<string>()
      queue.deliver(async ({ key, conversation }) => {
        expect(inFlight.has(conversation)).toBe(false)
        inFlight.add(conversation)
        if (inFlight.size === 2) both.open()
        await both.opened
        inFlight.delete(conversation)
        order.add(key)
        return { state: 'sent' }
      })
      await queue.post([reply('x', 'x1'), reply('x', 'x2'), reply('y', 'y1')])
      await queue.idle()
      expect(order.all.toSorted()).toEqual(['x1', 'x2', 'y1'])
      expect(order.all.indexOf('x1')).toBeLessThan(order.all.indexOf('x2'))
    })

    test('a key is put in once, also when it has been sent', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const notes = sendAll(queue)
      await queue.post([reply('c', 'k'), reply('c', 'k')])
      await queue.idle()
      await queue.post([reply('c', 'k'), reply('c', 'l')])
      await queue.idle()
      expect(notes.all.map(({ key }) => key)).toEqual(['k', 'l'])
    })

    test('a reply that is put off holds back its conversation only, and is tried again', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const notes = sendAll(queue, ({ key, attempt }) =>
        key === 'x1' && attempt < 3
          ? { state: 'later', afterMs: 20, reason: 'throttled' }
          : { state: 'sent' },
      )
      await queue.post([reply('x', 'x1'), reply('x', 'x2'), reply('y', 'y1')])
      await queue.idle()
      const x = notes.all.filter(({ conversation }) => conversation === 'x')
      expect(x.map(({ key, attempt }) => [key, attempt])).toEqual([
        ['x1', 1],
        ['x1', 2],
        ['x1', 3],
        ['x2', 1],
      ])
      const keys = notes.all.map(({ key }) => key)
      expect(keys.indexOf('y1')).toBeLessThan(keys.lastIndexOf('x1'))
    })

    test('what comes later does not hurry a reply that is put off', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [begun, fail] = [gate(), gate()]
      const notes = new Notes<string>()
      queue.deliver(async ({ key }) => {
        notes.add(key)
        if (key !== 'x1') return { state: 'sent' }
        begun.open()
        await fail.opened
        return { state: 'later', afterMs: 3_600_000, reason: 'not connected' }
      })
      await queue.post([reply('x', 'x1')])
      await begun.opened
      await queue.post([reply('x', 'x2')])
      fail.open()
      for (const n of [1, 2, 3]) {
        await queue.post([reply('x', `x${n + 2}`), reply('y', `y${n}`)])
        await notes.atLeast(n + 1)
      }
      await expect.poll(async () => (await queue.counts()).undelivered, { timeout: 10_000 }).toBe(5)
      expect(notes.all).toEqual(['x1', 'y1', 'y2', 'y3'])
    })

    test('retry hands out at once what waits for its adapter, and nothing else', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      let down = true
      const notes = sendAll(queue, () =>
        down ? { state: 'later', afterMs: 3_600_000, reason: 'not connected' } : { state: 'sent' },
      )
      await queue.post([reply('x', 'x1', 'slack'), reply('y', 'y1', 'lark')])
      await notes.atLeast(2)
      await queue.post([reply('x', 'x2', 'slack')])
      expect(await queue.counts()).toMatchObject({ undelivered: 3 })
      down = false
      queue.retry('slack')
      await notes.atLeast(4)
      await expect.poll(async () => (await queue.counts()).undelivered, { timeout: 10_000 }).toBe(1)
      expect(notes.all.slice(2).map(({ key }) => key)).toEqual(['x1', 'x2'])
      queue.retry('lark')
      await queue.idle()
      expect(notes.all.at(-1)).toMatchObject({ key: 'y1', attempt: 2 })
    })

    test('a retry that comes while a send is failing is not missed', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const [begun, fail] = [gate(), gate()]
      const attempts = new Notes<number>()
      queue.deliver(async ({ attempt }) => {
        attempts.add(attempt)
        if (attempt > 1) return { state: 'sent' }
        begun.open()
        await fail.opened
        return { state: 'later', afterMs: 3_600_000, reason: 'not connected' }
      })
      await queue.post([reply('c', 'k')])
      await begun.opened
      queue.retry('chat')
      fail.open()
      await queue.idle()
      expect(attempts.all).toEqual([1, 2])
    })

    test('parts that stand are remembered, through a send that throws and through a restart', async () => {
      const place = await testDir()
      const log = noteLog()
      const first = closing(await open(place, log))
      const stuck = gate()
      const tries = new Notes<unknown>()
      first.deliver(async (delivery) => {
        const { attempt, parts } = delivery
        tries.add({ attempt, parts })
        await delivery.delivered(sent(`part ${attempt}`))
        if (attempt === 1) throw new Error('a bug')
        stuck.open()
        return { state: 'later', afterMs: 3_600_000, reason: 'not connected' }
      })
      await first.post([reply('c', 'k')])
      await stuck.opened
      expect(log.lines).toHaveLength(1)
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      const notes = sendAll(queue)
      await queue.idle()
      expect(tries.all).toEqual([
        { attempt: 1, parts: [] },
        { attempt: 2, parts: [sent('part 1')] },
      ])
      expect(notes.all).toMatchObject([{ key: 'k', attempt: 3, parts: [sent('part 1'), sent('part 2')] }])
    })

    test('a reply that replaces another is told where that one stands, also after a restart', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      first.deliver(async (delivery) => {
        await delivery.delivered(sent('prompt.1'))
        await delivery.delivered(sent('prompt.2'))
        return { state: 'sent' }
      })
      await first.post([reply('c', 'prompt')])
      await first.idle()
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      const notes = sendAll(queue)
      await queue.post([
        { ...reply('c', 'settled'), replaces: 'prompt' },
        { ...reply('c', 'lost'), replaces: 'unknown' },
        reply('c', 'plain'),
      ])
      await queue.idle()
      expect(notes.all).toMatchObject([
        { key: 'settled', replaces: 'prompt', replaced: [sent('prompt.1'), sent('prompt.2')] },
        { key: 'lost', replaces: 'unknown', replaced: [] },
        { key: 'plain', replaced: [] },
      ])
    })

    test('files count as promised until they are delivered, also through a restart', async () => {
      const place = await testDir()
      const first = closing(await open(place, noteLog()))
      const pictures = ['p1', 'p2'].map((src) => ({ src, path: `/tmp/${src}`, bytes: 1 }))
      const shows = reply('c', 'shows')
      await first.post([
        file('c', 'f1'),
        reply('c', 'text'),
        { ...shows, reply: { kind: 'text', key: 'shows', markdown: 'x', tone: 'answer', pictures } },
        file('d', 'f2'),
      ])
      await first.close(0)
      const queue = closing(await open(place, noteLog()))
      expect(await queue.promised()).toEqual(['/tmp/f1', '/tmp/p1', '/tmp/p2', '/tmp/f2'])
      sendAll(queue)
      await queue.idle()
      expect(await queue.promised()).toEqual([])
    })

    test('an undeliverable reply is given up, logged, and does not hold back the next', async () => {
      const log = noteLog()
      const queue = closing(await open(await testDir(), log))
      answerAll(queue, { replies: () => [reply('c', 'bad'), reply('c', 'good')] })
      const notes = sendAll(queue, ({ key }) =>
        key === 'bad' ? { state: 'undeliverable', reason: 'the chat is gone' } : { state: 'sent' },
      )
      await queue.accept('m', 'c', message('m'))
      await queue.idle()
      expect(notes.all.map(({ key }) => key)).toEqual(['bad', 'good'])
      expect(log.lines).toMatchObject([{ fields: { key: 'bad', reason: 'the chat is gone' } }])
      expect(await queue.account('m')).toMatchObject({ state: 'answered', undelivered: 0 })
    })

    test('an account tells how many replies are not in the chat yet', async () => {
      const queue = closing(await open(await testDir(), noteLog()))
      const worked = answerAll(queue, {
        replies: () => [reply('c', 'k1'), reply('c', 'k2')],
        outcome: 'failed',
      })
      await queue.accept('m', 'c', message('m'))
      await worked.atLeast(1)
      expect(await queue.account('m')).toMatchObject({ state: 'failed', undelivered: 2 })
      expect(await queue.counts()).toMatchObject({ waiting: 0, running: 0, undelivered: 2 })
      expect(await queue.unsent('c')).toBe(2)
      expect(await queue.unsent('another')).toBe(0)
      sendAll(queue)
      await queue.idle()
      expect(await queue.unsent('c')).toBe(0)
      expect(await queue.account('m')).toMatchObject({ state: 'failed', undelivered: 0 })
    })
  })
}
