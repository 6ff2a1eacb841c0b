import { describe, expect, test } from 'vitest'
import type { Activation, Envelope, Queue } from '../../../src/queue/port.ts'
import { testDir } from '../../rig/dir.ts'
import { aborted, answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import type { Open } from './rig.ts'
import { message, reply } from './values.ts'

interface Busy {
  readonly queue: Queue
  readonly activation: Activation
  readonly head: Envelope
  /** Messages that came while the head is worked on. */
  readonly arrivals: Notes<Envelope>
  /** Ids, in the order in which `next` handed them out after the head. */
  readonly later: Notes<Envelope>
  /** The head is done with: what is left is handed out. */
  readonly goOn: () => void
}

/** A conversation `c` that works on message `a` until it is told to go on. */
async function busy(open: Open, place: string): Promise<Busy> {
  const queue = closing(await open(place, noteLog()))
  const [finish, arrivals, later] = [gate(), new Notes<Envelope>(), new Notes<Envelope>()]
  const { promise, resolve } = Promise.withResolvers<[Activation, Envelope]>()
  queue.work(
    async (activation) => {
      activation.onArrival((envelope) => arrivals.add(envelope))
      const head = await activation.next(10_000)
      if (head === undefined) return
      resolve([activation, head])
      await Promise.race([finish.opened, aborted(activation)])
      for (let envelope = await activation.next(10_000); envelope; envelope = await activation.next(10_000)) {
        later.add(envelope)
        await activation.commit([envelope], 'answered', [])
      }
    },
    { activations: 1 },
  )
  await queue.accept('a', 'c', message('a'))
  const [activation, head] = await promise
  return { queue, activation, head, arrivals, later, goOn: () => finish.open() }
}

async function nth(notes: Notes<Envelope>, count: number): Promise<Envelope> {
  const found = (await notes.atLeast(count))[count - 1]
  if (found === undefined) throw new Error('unreachable')
  return found
}

export function changesContract(open: Open): void {
  describe('what comes while a message is worked on', () => {
    test('is told in order, can be taken in, and ends with it in one transaction', async () => {
      const { queue, activation, head, arrivals, later, goOn } = await busy(open, await testDir())
      const sent = sendAll(queue)
      for (const id of ['b', 'c', 'd']) await queue.accept(id, 'c', message(id))
      const [b, d] = [await nth(arrivals, 1), await nth(arrivals, 3)]
      expect(arrivals.all.map(({ id }) => id)).toEqual(['b', 'c', 'd'])
      expect(await activation.join(b)).toMatchObject({ id: 'b', attempt: 1, message: message('b') })
      expect(await activation.join(d)).toMatchObject({ id: 'd', attempt: 1 })
      expect(await activation.join(d)).toBeUndefined()
      expect(await queue.account('d')).toMatchObject({ state: 'running' })
      expect(await queue.counts()).toMatchObject({ running: 3, waiting: 1 })
      expect((await queue.cancel('c', () => [])).map(({ id }) => id)).toEqual(['c'])
      await activation.commit([head, b, d], 'answered', [reply('c', 'a/answer')])
      for (const id of ['a', 'b', 'd']) expect(await queue.account(id)).toMatchObject({ state: 'answered' })
      goOn()
      await queue.idle()
      expect(later.all).toEqual([])
      expect(sent.all.map(({ key }) => key)).toEqual(['a/answer'])
    })

    test('what was taken in and not committed is handed out in its turn', async () => {
      const { queue, activation, head, arrivals, later, goOn } = await busy(open, await testDir())
      await queue.accept('b', 'c', message('b'))
      await queue.accept('x', 'c', message('x'))
      const b = await nth(arrivals, 1)
      await activation.join(b)
      await activation.commit([head], 'answered', [])
      goOn()
      await queue.idle()
      expect(later.all.map(({ id, attempt }) => [id, attempt])).toEqual([
        ['b', 1],
        ['x', 1],
      ])
    })

    test('what was taken in is handed out again after a restart', async () => {
      const place = await testDir()
      const { queue, activation, head, arrivals } = await busy(open, place)
      await queue.accept('b', 'c', message('b'))
      const b = await nth(arrivals, 1)
      await activation.join(b)
      await queue.close(0)
      await expect(activation.commit([head, b], 'answered', [])).rejects.toMatchObject({ code: 'closed' })
      const notes = answerAll(closing(await open(place, noteLog())))
      const again = await notes.atLeast(2)
      expect(again.map(({ id, attempt }) => [id, attempt])).toEqual([
        ['a', 2],
        ['b', 2],
      ])
    })

    test('a message that ended, or is of another conversation, cannot be taken in', async () => {
      const { queue, activation, arrivals } = await busy(open, await testDir())
      await queue.accept('b', 'c', message('b'))
      const b = await nth(arrivals, 1)
      await queue.withdraw('b', [])
      expect(await activation.join(b)).toBeUndefined()
      await queue.accept('other', 'elsewhere', message('other'))
      expect(await activation.join({ ...b, id: 'other' })).toBeUndefined()
    })

    test('nothing is committed when one of them is not held', async () => {
      const { queue, activation, head, arrivals } = await busy(open, await testDir())
      await queue.accept('b', 'c', message('b'))
      const b = await nth(arrivals, 1)
      await expect(activation.commit([head, b], 'answered', [])).rejects.toMatchObject({ code: 'fenced' })
      expect(await queue.account('a')).toMatchObject({ state: 'running' })
      expect(await queue.account('b')).toMatchObject({ state: 'waiting' })
    })
  })

  describe('changes to what was accepted', () => {
    test('amend changes what waits, in its place; not what runs, has ended or is unknown', async () => {
      const { queue, activation, head, later, goOn } = await busy(open, await testDir())
      for (const id of ['b', 'x']) await queue.accept(id, 'c', message(id))
      expect(await queue.amend('b', message('better'))).toBe('amended')
      expect(await queue.amend('b', message('better'))).toBe('unchanged')
      expect(await queue.amend('a', message('a'))).toBe('unchanged')
      expect(await queue.amend('a', message('other'))).toBe('running')
      expect(await queue.amend('b', { ...message('mine'), from: { id: 'eve' } })).toBe('unknown')
      expect(await queue.amend('nobody', message('other'))).toBe('unknown')
      await activation.commit([head], 'answered', [])
      expect(await queue.amend('a', message('other'))).toBe('ended')
      expect(await queue.amend('a', message('a'))).toBe('unchanged')
      expect(await queue.amend('a', { ...message('a'), from: { id: 'eve' } })).toBe('unknown')
      goOn()
      await queue.idle()
      expect(later.all.map((envelope) => envelope.message.text)).toEqual(['better', 'x'])
    })

    test('what was joined and parts again waits as before: it can be changed, and is handed out in its turn', async () => {
      const { queue, activation, head, later, goOn } = await busy(open, await testDir())
      for (const id of ['b', 'x']) await queue.accept(id, 'c', message(id))
      const [, b] = await queue.waiting('c')
      const joined = await activation.join(b ?? head)
      expect(joined).toMatchObject({ id: 'b', attempt: 1 })
      expect(await queue.amend('b', message('better'))).toBe('running')
      await activation.part(joined ?? head)
      // What was not joined has nothing to part from.
      await activation.part(head)
      expect(await queue.account('a')).toMatchObject({ state: 'running' })
      expect(await queue.account('b')).toMatchObject({ state: 'waiting' })
      expect(await queue.amend('b', message('better'))).toBe('amended')
      await activation.commit([head], 'answered', [])
      goOn()
      await queue.idle()
      expect(later.all.map(({ message: { text }, attempt }) => [text, attempt])).toEqual([
        ['better', 1],
        ['x', 1],
      ])
    })

    test('what is moved is answered there, what runs and what waits; a draft that stands elsewhere is let go of', async () => {
      const { queue, activation, head, later, goOn } = await busy(open, await testDir())
      const sent = sendAll(queue)
      await queue.accept('b', 'c', message('b'))
      const old = head.message.address
      await activation.draft(head, { address: old, id: 'draft' })
      const to = { address: { adapter: 'second', channel: 'there' }, from: { id: 'anna' }, direct: true }
      const moved = await queue.move(
        'c',
        () => true,
        to,
        ([first]) => (first === undefined ? [] : [{ ...reply('beside', 'bye'), address: old }]),
      )
      expect(moved.map(({ id, draft }) => [id, draft?.id])).toEqual([
        ['a', 'draft'],
        ['b', undefined],
      ])
      expect(activation.now(head).message.movedTo).toEqual(to)
      expect(activation.now(head)).not.toHaveProperty('draft')
      // A draft that was on its way when it was moved.
      await activation.draft(head, { address: old, id: 'late' })
      const answer = { ...reply('c', 'answer'), address: old, draft: { address: old, id: 'draft' } }
      await activation.commit([head], 'answered', [answer])
      goOn()
      await queue.idle()
      expect(later.all.map((envelope) => envelope.message.movedTo)).toEqual([to])
      const found = sent.all.find(({ key }) => key === 'answer')
      expect(found?.address).toEqual(to.address)
      expect(found).not.toHaveProperty('draft')
      expect(sent.all.find(({ key }) => key === 'bye')?.address).toEqual(old)
    })

    test('an amended message is handed out as amended after a restart', async () => {
      const place = await testDir()
      const first = await open(place, noteLog())
      await first.accept('a', 'c', message('a'))
      await first.amend('a', message('better'))
      await first.close(0)
      const notes = answerAll(closing(await open(place, noteLog())))
      const [again] = await notes.atLeast(1)
      expect(again?.message.text).toBe('better')
    })

    test('withdraw ends one that waits, with its replies; not what runs, has ended or is unknown', async () => {
      const { queue, activation, head, later, goOn } = await busy(open, await testDir())
      const sent = sendAll(queue)
      for (const id of ['b', 'x']) await queue.accept(id, 'c', message(id))
      expect(await queue.withdraw('b', [reply('c', 'b/answer')])).toBe('withdrawn')
      expect(await queue.withdraw('b', [reply('c', 'b/again')])).toBe('ended')
      expect(await queue.withdraw('a', [reply('c', 'a/answer')])).toBe('running')
      expect(await queue.withdraw('nobody', [reply('c', 'n')])).toBe('unknown')
      expect(await queue.account('b')).toMatchObject({ state: 'cancelled' })
      await activation.commit([head], 'answered', [])
      goOn()
      await queue.idle()
      expect(later.all.map(({ id }) => id)).toEqual(['x'])
      expect(sent.all.map(({ key }) => key)).toEqual(['b/answer'])
    })
  })
}
