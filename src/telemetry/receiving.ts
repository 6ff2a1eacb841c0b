/** The beginning of a message's trace: it arrives, and is put on disk with the trace that it goes on in. */
import type { Message } from '../contract.ts'
import type { Outgoing } from '../queue/port.ts'
import type { Router, RouterParts } from '../router.ts'
import type { Tracing } from './port.ts'

/** Around the router: from what the platform tells until it is accepted. Other things than messages pass as they are. */
export function tracedRouter(router: Router, tracing: Tracing): Router {
  return async (adapter, inbound) => {
    if (inbound.kind !== 'message') return router(adapter, inbound)
    const span = tracing.begin('receive', {
      kind: 'consumer',
      parent: inbound.trace,
      attributes: {
        'parley.adapter': adapter.name,
        'parley.message': inbound.id,
        // Clocks of platforms differ from ours by a little.
        'parley.on_the_way_ms': Math.max(0, Date.now() - inbound.at),
      },
    })
    try {
      const receipt = await router(adapter, { ...inbound, trace: span.context })
      // It is told of already, in the trace that it began when it came first.
      if (receipt === 'duplicate') return receipt
      span.set({ 'parley.receipt': receipt })
      span.end()
      return receipt
    } catch (error) {
      span.fail('not-accepted')
      span.end()
      throw error
    }
  }
}

/** What the router does with the queue, of which two things belong into traces. */
export type RouterQueue = RouterParts['queue']

export function tracedQueue(queue: RouterQueue, tracing: Tracing): RouterQueue {
  const writing = async <T>(message: Message, work: () => Promise<T>): Promise<T> => {
    const span = tracing.begin('accept', { parent: message.trace })
    const done = await work()
    if (done !== 'duplicate') span.end()
    return done
  }
  return {
    accept: (id, conversation, message) => writing(message, () => queue.accept(id, conversation, message)),
    settle: (id, conversation, message, outcome, replies) =>
      writing(message, () =>
        queue.settle(id, conversation, message, outcome, withTrace(replies, message.trace)),
      ),
    post: (replies) => queue.post(replies),
    account: (id) => queue.account(id),
    amend: (id, edit) => queue.amend(id, edit),
    withdraw: (id, replies) => queue.withdraw(id, replies),
    waiting: (conversation, most) => queue.waiting(conversation, most),
  }
}

/** Replies kept with the trace that their delivery goes on in. */
export function withTrace(replies: readonly Outgoing[], trace: string | undefined): readonly Outgoing[] {
  return trace === undefined
    ? replies
    : replies.map((outgoing) => ({ ...outgoing, reply: { ...outgoing.reply, trace } }))
}
