/** A process of its own for the tests that kill one: `hold` the lock, `fill` the disk, or `work` until killed. */
import { writeSync } from 'node:fs'
import { setImmediate as tick } from 'node:timers/promises'
import { QueueError } from '../../../src/queue/port.ts'
import type { Queue } from '../../../src/queue/port.ts'
import { openBullQueue } from '../../../src/queue/bull/bull.ts'
import { openEmbeddedQueue } from '../../../src/queue/embedded.ts'
import { message, reply } from './values.ts'

/** `file`: the database, or the URL of a Redis. */
const [, , verb, file = '', round = '0'] = process.argv
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const queue = file.startsWith('redis:')
  ? await openBullQueue({ url: file, log: silent, leaseMs: 500 })
  : await openEmbeddedQueue({ file, log: silent })

if (verb === 'hold') {
  process.send?.('held')
  setInterval(() => {}, 1000)
} else if (verb === 'fill') {
  await fill(queue)
} else {
  work(queue)
  await Promise.all(Array.from({ length: 5 }, (_, lane) => accept(queue, `lane${lane}`)))
}

/** Accepts 50 KB at a time, two at once, until long after the disk is full; reports what was promised. */
async function fill(queue: Queue): Promise<void> {
  const accepted: string[] = []
  const errors: string[] = []
  const note = async (id: string, done: Promise<unknown>): Promise<void> => {
    try {
      await done
      accepted.push(id)
    } catch (error) {
      errors.push(error instanceof QueueError ? error.code : String(error))
    }
  }
  for (let n = 0; n < 20; n++) {
    await Promise.all(
      ['a', 'b'].map((id) => note(`${n}${id}`, queue.accept(`${n}${id}`, 'c', message('x'.repeat(50_000))))),
    )
  }
  process.send?.({ accepted, errors })
  process.disconnect()
}

/** Accepts for ever, one after the other in each lane, every message twice. */
async function accept(queue: Queue, lane: string): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${round}.${n}.${lane}`
    say('accepted', id, await queue.accept(id, lane, message(id)))
    say('repeated', id, await queue.accept(id, lane, message(id)))
  }
}

/** Answers each message with two replies that no other attempt could make, so that a second commit would show. */
function work(queue: Queue): void {
  queue.work(
    async (activation) => {
      for (let envelope = await activation.next(20); envelope; envelope = await activation.next(20)) {
        const { id, conversation } = envelope
        const nonce = crypto.randomUUID()
        await tick()
        await activation.commit([envelope], 'answered', [
          reply(conversation, `${id} 1 ${nonce}`),
          reply(conversation, `${id} 2 ${nonce}`),
        ])
        say('committed', id)
      }
    },
    { activations: 3 },
  )
  queue.deliver(async ({ key, conversation }) => {
    // One clock for all processes of this machine.
    say('sent', String(process.hrtime.bigint()), conversation, key)
    await tick()
    return { state: 'sent' }
  })
}

/** What is in the pipe outlives the process that wrote it. */
function say(...words: string[]): void {
  writeSync(1, `${words.join(' ')}\n`)
}
