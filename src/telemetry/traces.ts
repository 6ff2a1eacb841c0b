/** The traces of the whole bot: one for each message, from the platform's event to the reply that stands. */
import type { ConversationParts } from '../conversation/parts.ts'
import type { Activation, Delivered, Delivery } from '../queue/port.ts'
import type { Router } from '../router.ts'
import { Lane } from './lane.ts'
import type { Span, Tracing } from './port.ts'
import { type RouterQueue, tracedQueue, tracedRouter } from './receiving.ts'

type Converse = (parts: ConversationParts, activation: Activation) => Promise<void>
type Deliver = (delivery: Delivery) => Promise<Delivered>

export class Traces {
  readonly #tracing: Tracing
  readonly #lanes = new Map<string, Lane>()
  /** By key of the reply that is on its way. */
  readonly #deliveries = new Map<string, Span>()

  constructor(tracing: Tracing) {
    this.#tracing = tracing
  }

  router(router: Router): Router {
    return tracedRouter(router, this.#tracing)
  }

  queue(queue: RouterQueue): RouterQueue {
    return tracedQueue(queue, this.#tracing)
  }

  /** Runs a conversation, its turns told. */
  async converse(run: Converse, parts: ConversationParts, activation: Activation): Promise<void> {
    const lane = new Lane(this.#tracing)
    const { conversation } = activation
    this.#lanes.set(conversation, lane)
    const told = {
      ...parts,
      openSession: lane.opening(parts.openSession),
      watch: lane.watch.bind(lane),
    }
    try {
      await run(told, lane.around(activation))
    } finally {
      lane.end()
      this.#lanes.delete(conversation)
    }
  }

  /** One span for each time that a reply is handed to an adapter. */
  async deliver(delivery: Delivery, send: Deliver): Promise<Delivered> {
    const { key, reply, conversation, attempt, address } = delivery
    const span = this.#tracing.begin('deliver', {
      kind: 'producer',
      // What is said in the middle of a turn belongs to it.
      parent: reply.trace ?? this.#lanes.get(conversation)?.context,
      attributes: {
        'parley.adapter': address.adapter,
        'parley.kind': reply.kind,
        'parley.conversation': conversation,
        'parley.attempt': attempt,
      },
    })
    this.#deliveries.set(key, span)
    const delivered: Delivery['delivered'] = (part) => {
      span.event('part stands')
      return delivery.delivered(part)
    }
    try {
      const end = await send({ ...delivery, delivered })
      span.set({ 'parley.state': end.state })
      if (end.state !== 'sent') span.fail(end.state)
      return end
    } catch (error) {
      span.fail('not-handed-out')
      throw error
    } finally {
      this.#deliveries.delete(key)
      span.end()
    }
  }

  /** A send failed, and is tried again at once. */
  retried(key: string, code: string): void {
    this.#deliveries.get(key)?.event('retry', { code })
  }

  close(): Promise<void> {
    return this.#tracing.close()
  }
}
