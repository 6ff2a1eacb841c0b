/** Parts that the queue's tests share: a log, and handlers that note what they were handed. */
import { EventEmitter, once } from 'node:events'
import { onTestFinished } from 'vitest'
import type { Log, Outcome } from '../../../src/contract.ts'
import type { Activation, Delivered, Delivery, Envelope, Outgoing, Queue } from '../../../src/queue/port.ts'

/** Opens the queue that lives at `place`, a folder of the test's own; the same place again is the same queue. */
export type Open = (place: string, log: Log) => Promise<Queue>

/** A log that keeps what it is told at warn and error. */
export function noteLog(): Log & { readonly lines: { fields: object; message: string }[] } {
  const lines: { fields: object; message: string }[] = []
  const note = (fields: object, message: string): void => void lines.push({ fields, message })
  return { lines, debug: () => {}, info: () => {}, warn: note, error: note }
}

/** Closes the queue when the test ends; what runs then is aborted. */
export function closing(queue: Queue): Queue {
  onTestFinished(() => queue.close(0))
  return queue
}

/** Notes in order, and lets a test await the n-th. */
export class Notes<T> {
  readonly all: T[] = []
  readonly #changed = new EventEmitter()

  add(item: T): void {
    this.all.push(item)
    this.#changed.emit('add')
  }

  /** Resolves with all notes once there are `count` of them. */
  async atLeast(count: number): Promise<readonly T[]> {
    while (this.all.length < count) await once(this.#changed, 'add')
    return this.all
  }
}

interface WorkerOptions {
  readonly activations?: number
  readonly idleMs?: number
  readonly replies?: (envelope: Envelope) => readonly Outgoing[]
  readonly outcome?: Outcome
}

/** Works as the conversation layer does: commits whatever it is handed, and notes it. */
export function answerAll(queue: Queue, options: WorkerOptions = {}): Notes<Envelope> {
  const { activations = 10, idleMs = 10_000, replies = () => [], outcome = 'answered' } = options
  const notes = new Notes<Envelope>()
  const run = async (activation: Activation): Promise<void> => {
    for (;;) {
      const envelope = await activation.next(idleMs)
      if (envelope === undefined) return
      await activation.commit([envelope], outcome, replies(envelope))
      notes.add(envelope)
    }
  }
  queue.work(run, { activations })
  return notes
}

/** Delivers as the reply layer does, and notes what it was handed. */
export function sendAll(
  queue: Queue,
  outcome: (delivery: Delivery) => Delivered = () => ({ state: 'sent' }),
): Notes<Delivery> {
  const notes = new Notes<Delivery>()
  queue.deliver(async (delivery) => {
    notes.add(delivery)
    return outcome(delivery)
  })
  return notes
}

/** A promise with its ends in hand. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: () => resolve() }
}

/** Resolves when the hold on the conversation is lost. */
export async function aborted({ signal }: Activation): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
