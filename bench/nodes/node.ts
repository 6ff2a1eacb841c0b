/** A node of its own: works and sends, measures while it does, or takes one message and stays at it. */
import { openBullQueue } from '../../src/queue/bull/bull.ts'
import { openEmbeddedQueue } from '../../src/queue/embedded.ts'
import type { Queue } from '../../src/queue/port.ts'
import { crowd, type Figures, message, silent } from './crowd.ts'

const [, , place = '', verb] = process.argv
const queue = place.startsWith('redis:')
  ? await openBullQueue({ url: place, log: silent })
  : await openEmbeddedQueue({ file: place, log: silent })
if (verb === 'stall') stall(queue)
else work(queue)
process.send?.('ready')
if (verb === 'measure') process.send?.(await measure(queue))

function work(queue: Queue): void {
  queue.work(
    async (activation) => {
      for (let envelope = await activation.next(60_000); envelope; envelope = await activation.next(60_000)) {
        const { id, conversation } = envelope
        const reply = { kind: 'text', key: id, markdown: message.text, tone: 'answer' } as const
        await activation.commit([envelope], 'answered', [
          { key: id, conversation, address: message.address, reply },
        ])
      }
    },
    { activations: crowd.conversations },
  )
  queue.deliver(async () => ({ state: 'sent' }))
}

function stall(queue: Queue): void {
  queue.work(
    async (activation) => {
      const envelope = await activation.next(60_000)
      if (envelope !== undefined) process.send?.(envelope.id)
      await new Promise((resolve) => activation.signal.addEventListener('abort', resolve))
    },
    { activations: 1 },
  )
}

async function measure(queue: Queue): Promise<Figures> {
  const accept = (name: string, n: number): Promise<unknown> =>
    queue.accept(`${name}${n}`, `c${n % crowd.conversations}`, message)
  const all = async (name: string): Promise<number> => {
    const began = performance.now()
    for (let n = 0; n < crowd.messages; n += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, i) => accept(name, n + i)))
    }
    await queue.idle()
    return performance.now() - began
  }
  await all('warm')
  const ms = await all('m')
  const latencies: number[] = []
  for (let n = 0; n < crowd.latencies; n++) {
    const began = performance.now()
    await accept('one', n)
    await queue.idle()
    latencies.push(performance.now() - began)
  }
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { turnsPerSecond: (crowd.messages / ms) * 1000, latencyMs: at(0.5), lateMs: at(0.95) }
}
