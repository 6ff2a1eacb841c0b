/** Random histories against what must hold of every one of them. */
import { join } from 'node:path'
import { setImmediate as tick } from 'node:timers/promises'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBullQueue } from '../../../src/queue/bull/bull.ts'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import type { Activation, Delivered, Delivery, Queue } from '../../../src/queue/port.ts'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { startRedis } from '../../rig/redis.ts'
import { aborted, answerAll, noteLog, sendAll } from './rig.ts'
import { message, reply } from './values.ts'

const lane = fc.constantFrom('a', 'b', 'c', 'd')
/** What the next run does with what it is handed. */
const deed = fc.constantFrom('commit', 'commit', 'commit', 'commit twice', 'throw', 'return', 'linger')
const sending = fc.constantFrom('sent', 'sent', 'sent', 'later', 'undeliverable', 'throw')
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('accept' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), nth: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), lane }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('limit' as const), activations: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('run' as const), ticks: fc.integer({ min: 1, max: 6 }) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What happened, as the port told it. */
class History {
  readonly accepted: { id: string; lane: string }[] = []
  readonly ended = new Map<string, string[]>()
  readonly committed: { id: string; lane: string }[] = []
  readonly sent: Delivery[] = []
  readonly attempts = new Map<string, number>()

  end(id: string, how: string): void {
    this.ended.set(id, [...(this.ended.get(id) ?? []), how])
  }

  readonly broken: string[] = []

  demand(holds: boolean, otherwise: string): void {
    if (!holds) this.broken.push(otherwise)
  }

  /** An attempt is counted before it is made, so none is made twice. */
  attempt(id: string, attempt: number): void {
    this.demand(attempt > (this.attempts.get(id) ?? 0), `attempt ${attempt} of ${id} was made before`)
    this.attempts.set(id, attempt)
  }
}

function start(queue: Queue, history: History, deeds: () => string, sendings: () => string): void {
  const active = new Set<string>()
  const run = async (activation: Activation): Promise<void> => {
    const { conversation } = activation
    history.demand(!active.has(conversation), `${conversation} is active twice`)
    active.add(conversation)
    try {
      for (let envelope = await activation.next(5); envelope; envelope = await activation.next(5)) {
        const { id } = envelope
        history.attempt(id, envelope.attempt)
        const what = deeds()
        await tick()
        if (what === 'throw') throw new Error('as told')
        if (what === 'return') return
        if (what === 'linger') await aborted(activation)
        const commit = (): Promise<void> =>
          activation.commit([envelope], 'answered', [
            reply(conversation, `${id} 1`),
            reply(conversation, `${id} 2`),
          ])
        const done = await Promise.allSettled(what === 'commit twice' ? [commit(), commit()] : [commit()])
        if (done[0]?.status === 'fulfilled') {
          history.end(id, 'answered')
          history.committed.push({ id, lane: conversation })
        }
        history.demand(done[1]?.status !== 'fulfilled', `${id} was committed twice`)
      }
    } finally {
      active.delete(conversation)
    }
  }
  queue.work(run, { activations: 2 })
  queue.deliver(async (delivery): Promise<Delivered> => {
    await tick()
    const state = sendings()
    if (state === 'throw') throw new Error('as told')
    if (state === 'later') return { state, afterMs: 3_600_000, reason: 'as told' }
    history.sent.push(delivery)
    return state === 'sent' ? { state } : { state: 'undeliverable', reason: 'as told' }
  })
}

async function play(queue: Queue, step: Step, history: History, n: number): Promise<void> {
  const id = `m${n}`
  switch (step.do) {
    case 'accept':
      history.accepted.push({ id, lane: step.lane })
      // Not awaited: what is accepted at once has its order by the order of the calls.
      queue.accept(id, step.lane, message(id)).catch(() =>
        history.accepted.splice(
          history.accepted.findIndex((m) => m.id === id),
          1,
        ),
      )
      break
    case 'repeat': {
      const known = history.accepted[step.nth % Math.max(1, history.accepted.length)]
      if (known === undefined) break
      const receipt = await queue.accept(known.id, known.lane, message('again'))
      history.demand(receipt === 'duplicate', `${known.id} was accepted twice`)
      break
    }
    case 'cancel':
      for (const { id } of await queue.cancel(step.lane, ({ id }) => [reply(step.lane, `${id} x`)]))
        history.end(id, 'cancelled')
      break
    case 'settle':
      await queue.settle(id, step.lane, message(id), 'answered', [reply(step.lane, `${id} s`)])
      break
    case 'limit':
      queue.limit(step)
      break
    case 'retry':
      queue.retry('chat')
      break
    case 'run':
      for (let i = 0; i < step.ticks; i++) await tick()
      break
    case 'reopen':
      break
  }
}

/** Histories on whatever `opener` gives: a function that opens the same queue again and again. */
async function holdsFor(opener: () => Promise<() => Promise<Queue>>, numRuns: number): Promise<void> {
  const deeds = fc.infiniteStream(deed)
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 60 }),
      deeds,
      fc.infiniteStream(sending),
      async (steps, deeds, sendings) => {
        const openAgain = await opener()
        const history = new History()
        const open = async (): Promise<Queue> => {
          const queue = await openAgain()
          start(
            queue,
            history,
            () => deeds.next().value ?? 'commit',
            () => sendings.next().value ?? 'sent',
          )
          return queue
        }
        let queue = await open()
        for (const [n, step] of steps.entries()) {
          await play(queue, step, history, n)
          if (step.do === 'reopen') {
            await queue.close(0)
            queue = await open()
          }
        }
        await queue.close(0)
        const last = await openAgain()
        const rest = answerAll(last, {
          replies: ({ id, conversation }) => [reply(conversation, `${id} 1`), reply(conversation, `${id} 2`)],
        })
        const restSent = sendAll(last)
        await last.idle()
        await last.close(0)
        for (const { id, conversation, attempt } of rest.all) {
          history.attempt(id, attempt)
          history.end(id, 'answered')
          history.committed.push({ id, lane: conversation })
        }
        history.sent.push(...restSent.all)
        expect(violations(history)).toEqual([])
      },
    ),
    { numRuns },
  )
}

describe('whatever happens: in order, ended once, nothing lost, replies once and in order', () => {
  test('embedded', async () => {
    await expect(holdsFor(embedded, 60)).resolves.toBeUndefined()
  })

  describeWith('redis-server', 'Redis', () => {
    test('BullMQ', async () => {
      const { url } = await startRedis()
      let runs = 0
      const open = async (): Promise<() => Promise<Queue>> => {
        const prefix = `run${++runs}`
        return () => openBullQueue({ url, prefix, log: noteLog() })
      }
      await expect(holdsFor(open, 40)).resolves.toBeUndefined()
    })
  })
})

async function embedded(): Promise<() => Promise<Queue>> {
  const file = join(await testDir(), 'queue.db')
  return () => openEmbeddedQueue({ file, log: noteLog() })
}

function violations(history: History): string[] {
  const { accepted, ended, committed, sent } = history
  for (const { id } of accepted)
    history.demand(ended.get(id)?.length === 1, `${id} ended ${String(ended.get(id))}`)
  history.demand(ended.size === accepted.length, 'something ended that was not accepted')
  const keys = sent.map(({ key }) => key)
  history.demand(keys.length === new Set(keys).size, `sent twice: ${keys.join(', ')}`)
  for (const lane of ['a', 'b', 'c', 'd']) {
    const inOrder = accepted.filter(
      (message) => message.lane === lane && ended.get(message.id)?.[0] === 'answered',
    )
    const answered = inOrder.map(({ id }) => id)
    const done = committed.filter((message) => message.lane === lane).map(({ id }) => id)
    history.demand(
      String(done) === String(answered),
      `${lane}: accepted ${answered.join()}, ended ${done.join()}`,
    )
    const answers = sent.filter(({ conversation, key }) => conversation === lane && / [12]$/.test(key))
    const expected = done.flatMap((id) => [`${id} 1`, `${id} 2`])
    history.demand(
      String(answers.map(({ key }) => key)) === String(expected),
      `${lane}: replies out of order`,
    )
  }
  return history.broken
}
