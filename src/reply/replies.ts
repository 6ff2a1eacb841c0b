/** Everything that goes back to the chats: turns while they run, replies when they are there. One for a process. */
import type { Adapter, Log, Sent } from '../contract.ts'
import type { Delivered, Delivery, Envelope } from '../queue/port.ts'
import { type DeliveryParts, createDelivery } from './deliver.ts'
import { type Draft, openDraft } from './draft.ts'
import { guard } from './guard.ts'
import { LiveStreams } from './live.ts'
import type { LongAnswers } from './long.ts'
import { Pace } from './pace.ts'

export interface Replies {
  /**
   * Opens what the turn that answers `envelope` is shown through; `key` is that of the answer; `language`: the one in which
   * its asker is spoken to, where it is known.
   */
  show(envelope: Envelope, key: string, onSent: (sent: Sent) => Promise<void>, language?: string): Draft
  /** The handler for {@link Queue.deliver}. */
  deliver(delivery: Delivery): Promise<Delivered>
  /** Takes back what streams have shown of answers that were not delivered. Call it when the queue is closed. */
  close(): Promise<void>
}

export function createReplies(options: {
  readonly adapter: (name: string) => Adapter | undefined
  readonly log: Log
  readonly long?: LongAnswers
  readonly retried?: DeliveryParts['retried']
  /** How many replies to this conversation are still on their way. */
  readonly unsent: (conversation: string) => Promise<number>
}): Replies {
  const guarded = new WeakMap<Adapter, Adapter>()
  const adapterOf = (name: string): Adapter | undefined => {
    const adapter = options.adapter(name)
    if (adapter === undefined) return undefined
    const known = guarded.get(adapter) ?? guard(adapter)
    guarded.set(adapter, known)
    return known
  }
  const { log, long, retried } = options
  const more = { ...(long && { long }), ...(retried && { retried }) }
  const parts = { adapter: adapterOf, log, ...more, live: new LiveStreams(), pace: new Pace() }
  return {
    show: (envelope, key, onSent, language) => {
      const { address, from } = envelope.message.movedTo ?? envelope.message
      const asker = language === undefined ? from : { ...from, locale: language }
      const adapter = adapterOf(address.adapter)
      if (adapter === undefined) return nothingShown
      const { draft: resume, attempt } = envelope
      const unsent = (): Promise<number> => options.unsent(envelope.conversation)
      const more = { adapter, address, key, asker, onSent, unsent, again: attempt > 1 }
      return openDraft({ ...parts, ...more, ...(resume === undefined ? {} : { resume }) })
    },
    deliver: createDelivery(parts),
    close: () => parts.live.close(),
  }
}

/** For a message of which the adapter is no longer configured: its answer waits in the outbox. */
const nothingShown: Draft = {
  show: () => undefined,
  tell: () => undefined,
  tells: false,
  settle: async () => undefined,
  abandon: async () => undefined,
}
