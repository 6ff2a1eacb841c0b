/** Several nodes on one Redis, and a Redis that fails. */
import { expect, onTestFinished, test } from 'vitest'
import { openBullQueue } from '../../../src/queue/bull/bull.ts'
import type { Envelope, Outgoing, Queue } from '../../../src/queue/port.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { startRedis } from '../../rig/redis.ts'
import { aborted, answerAll, closing, gate, noteLog, Notes, sendAll } from './rig.ts'
import { message, reply } from './values.ts'

const storage = { name: 'QueueError', code: 'storage' }

async function join(url: string, more: { adapters?: string[]; leaseMs?: number } = {}): Promise<Queue> {
  const { adapters, leaseMs = 1000 } = more
  const options = adapters === undefined ? {} : { adapters: () => adapters }
  return closing(await openBullQueue({ url, log: noteLog(), leaseMs, ...options }))
}

describeWith('redis-server', 'nodes', () => {
  test('a message goes to the node that holds its conversation, its answer to one that can send it', async () => {
    const { url } = await startRedis()
    const [chat, other, worker, idle] = await Promise.all([
      join(url, { adapters: ['chat'] }),
      join(url, { adapters: ['other'] }),
      join(url),
      join(url),
    ])
    const [byChat, byOther] = [sendAll(chat), sendAll(other)]
    const worked = answerAll(worker, { replies, idleMs: 60_000 })
    await chat.accept('first', 'c', message('first'))
    await byChat.atLeast(1)
    const elsewhere = answerAll(idle, { replies, idleMs: 60_000 })
    for (const id of ['second', 'other']) await other.accept(id, 'c', message(id))
    await chat.idle()
    expect(worked.all.map(({ id }) => id)).toEqual(['first', 'second', 'other'])
    expect(elsewhere.all).toEqual([])
    expect(byChat.all.map(({ key }) => key)).toEqual(['first', 'second'])
    expect(byOther.all.map(({ key }) => key)).toEqual(['other'])
  })

  test('what comes by another node is told to whoever works, and can be taken in, changed and moved from anywhere', async () => {
    const { url } = await startRedis()
    const [here, there] = await Promise.all([join(url), join(url)])
    const [arrivals, done] = [new Notes<string>(), gate()]
    const started = Promise.withResolvers<Parameters<Parameters<Queue['work']>[0]>[0]>()
    here.work(
      async (activation) => {
        activation.onArrival(({ id }) => arrivals.add(id))
        const head = await activation.next(60_000)
        if (head === undefined) return
        started.resolve(activation)
        await done.opened
        await activation.commit([head], 'answered', [reply('c', 'answer')])
        const next = await activation.next(60_000)
        if (next !== undefined) await activation.commit([next], 'answered', [reply('c', next.message.text)])
      },
      { activations: 1 },
    )
    await here.accept('a', 'c', message('a'))
    const activation = await started.promise
    for (const id of ['b', 'x']) await there.accept(id, 'c', message(id))
    expect(await arrivals.atLeast(2)).toEqual(['b', 'x'])
    expect(await there.amend('a', message('no'))).toBe('running')
    expect(await there.amend('b', message('better'))).toBe('amended')
    expect(await there.withdraw('x', [])).toBe('withdrawn')
    const to = { address: { adapter: 'second', channel: 'there' }, from: { id: 'anna' }, direct: true }
    await there.move(
      'c',
      () => true,
      to,
      () => [],
    )
    await expect.poll(() => activation.now({ ...arrived('a') }).message.movedTo).toEqual(to)
    done.open()
    const sent = sendAll(there)
    await here.idle()
    expect(sent.all.map(({ key, address }) => [key, address.adapter])).toEqual([
      ['answer', 'second'],
      ['better', 'second'],
    ])
  })

  test('a node that leaves hands its conversations over, the parked ones too', async () => {
    const { url } = await startRedis()
    const first = await openBullQueue({ url, log: noteLog() })
    const held = gate()
    first.work(
      async (activation) => {
        const envelope = await activation.next(60_000)
        if (envelope?.id === 'parks') return activation.park('a person')
        held.open()
        await aborted(activation)
      },
      { activations: 2 },
    )
    await first.accept('parks', 'p', message('m'))
    await expect.poll(() => first.parked('p')).toBe('a person')
    await first.accept('runs', 'r', message('m'))
    await held.opened
    const second = await join(url)
    const worked = answerAll(second)
    expect(second.parked('p')).toBe('a person')
    await first.close(0)
    const all = await worked.atLeast(2)
    expect(all.map(({ id, attempt, died }) => `${id} ${attempt} ${died}`).toSorted()).toEqual([
      'parks 2 0',
      'runs 2 0',
    ])
  })
})

describeWith('redis-server', 'a Redis that fails', () => {
  test('killed and started again: what was accepted is answered, what could not be was refused at once', async () => {
    const keeps = await testDir('redis-')
    const redis = await startRedis({ keeps })
    const queue = await join(redis.url)
    for (let n = 0; n < 20; n++) await queue.accept(`m${n}`, `c${n % 4}`, message(String(n)))
    await redis.signal('SIGKILL')
    await expect(queue.accept('lost', 'c0', message('m'))).rejects.toMatchObject(storage)
    await expect(queue.waiting('c0')).rejects.toMatchObject(storage)
    const worked = answerAll(queue, { replies: ({ id, conversation }) => [reply(conversation, id)] })
    const sent = sendAll(queue)
    await startRedis({ keeps, port: redis.port })
    await sent.atLeast(20)
    expect(worked.all).toHaveLength(20)
    for (const lane of [0, 1, 2, 3]) {
      const keys = sent.all.filter(({ conversation }) => conversation === `c${lane}`).map(({ key }) => key)
      expect(keys).toEqual([0, 1, 2, 3, 4].map((n) => `m${lane + 4 * n}`))
    }
    expect(await queue.accept('lost', 'c0', message('m'))).toBe('accepted')
  })

  test('frozen for longer than the lease: nothing hangs, whoever works is told, and work goes on after it', async () => {
    const redis = await startRedis()
    const queue = await join(redis.url)
    const [begun, lost, ended] = [gate(), gate(), new Notes<string>()]
    queue.work(
      async (activation) => {
        for (let e = await activation.next(60_000); e; e = await activation.next(60_000)) {
          if (e.attempt === 1) {
            begun.open()
            await aborted(activation)
            lost.open()
            return
          }
          await activation.commit([e], 'answered', [])
          ended.add(e.id)
        }
      },
      { activations: 1 },
    )
    await queue.accept('m', 'c', message('m'))
    await begun.opened
    await redis.signal('SIGSTOP')
    onTestFinished(() => redis.signal('SIGCONT'))
    await expect(queue.accept('n', 'd', message('n'))).rejects.toMatchObject(storage)
    await lost.opened
    await redis.signal('SIGCONT')
    expect(await ended.atLeast(1)).toContain('m')
  })

  test('one that throws keys away when it is full is refused, with what to change', async () => {
    const { url } = await startRedis({ flags: ['--maxmemory-policy', 'allkeys-lru'] })
    const opened = openBullQueue({ url, log: noteLog() })
    await expect(opened).rejects.toMatchObject(storage)
    await expect(opened).rejects.toThrow('Set `maxmemory-policy noeviction`')
  })

  test('one that keeps nothing through its own restart is warned of', async () => {
    const { url } = await startRedis()
    const log = noteLog()
    closing(await openBullQueue({ url, log }))
    expect(log.lines.map((line) => line.message)).toEqual([expect.stringContaining('appendonly yes')])
  })

  test('a wrong password, a wrong URL and nobody there are said so, without the password', async () => {
    const { port } = await startRedis({ password: 'right-secret' })
    closing(await openBullQueue({ url: `redis://:right-secret@127.0.0.1:${port}`, log: noteLog() }))
    const refused = [
      `redis://:wrong-secret@127.0.0.1:${port}`,
      `redis://127.0.0.1:${port}`,
      'http://:wrong-secret@here',
      'redis://:wrong-secret@127.0.0.1:1',
    ]
    for (const url of refused) {
      const error: unknown = await openBullQueue({ url, log: noteLog() }).catch((error: unknown) => error)
      expect(error).toMatchObject(storage)
      expect(String(error)).toMatch(/queue\.url/)
      expect(String(error)).not.toContain('wrong-secret')
    }
  })
})

function replies({ id, conversation }: Envelope): Outgoing[] {
  return [reply(conversation, id, id.startsWith('other') ? 'other' : 'chat')]
}

function arrived(id: string): Envelope {
  return { id, conversation: 'c', message: message(id), acceptedAt: 0, attempt: 1, died: 0 }
}
