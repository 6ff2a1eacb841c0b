/** What people are offered besides Claude's own questions, and the budgets that have admins asked for more. */
import type { Audit } from '../audit/audit.ts'
import type { Payer } from '../budgets/accounts.ts'
import { appeal, grantKind, overtakeAppeals } from '../budgets/appeals.ts'
import { Budgets } from '../budgets/budgets.ts'
import { called } from '../commands/index.ts'
import type { LiveConfig } from '../config.ts'
import type { Adapter, Address, Message } from '../contract.ts'
import { againKind } from '../conversation/again.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { KnownPerson, People } from '../people/people.ts'
import type { Places } from '../people/places.ts'
import { Offers } from '../prompts/offers.ts'
import type { Prompts } from '../prompts/prompts.ts'
import type { Queue } from '../queue/port.ts'
import { laneFor } from '../router.ts'
import type { Store } from '../store/store.ts'
import type { Meter } from './meter.ts'
import { mendKind } from './mending.ts'

interface Parts {
  readonly live: Pick<LiveConfig, 'current'>
  readonly queue: Queue
  readonly store: Store
  readonly audit: Audit
  readonly adapters: ReadonlyMap<string, Adapter>
  readonly people: People
  readonly places: Places
  readonly prompts: Prompts
  readonly held: ReadonlyMap<string, Conversation>
  readonly meter: Meter
}

/** Call it before the prompts are started. */
export function openOffers(parts: Parts): { readonly offers: Offers; readonly budgets: Budgets } {
  const { live, queue, store, audit, adapters, people, places, prompts, held, meter } = parts
  // Of a local adapter nothing stands after a restart, and a program behind it knows only Claude's questions.
  const hasButtons = (name: string): boolean => {
    const adapter = adapters.get(name)
    return adapter?.local !== true && (adapter?.limits.buttons ?? 0) > 0
  }
  const offers = new Offers(prompts, hasButtons)
  const appeals = { offers, people, queue, audit, marks: store.marks, budgets: () => budgets, hasButtons }
  const budgets = new Budgets({
    store,
    queue,
    audit,
    appeal: (message, payer, over) => appeal(appeals, message, payer, over),
    overtake: (given) => overtakeAppeals(appeals, given),
    rules: () => live.current.budgets,
    limits: () => live.current.limits,
    booked: ({ address }, result) => meter.turn(address.adapter, result),
    payerOf: async ({ address, from }) => payerOf(await people.of(address, from), address),
  })
  const laneOf = async (message: Message): Promise<string> => {
    const { id } = await people.of(message.address, message.from)
    const { conversation } = places.of(id, message)
    return laneFor(conversation, message.plain === true ? undefined : called(message.text), message)
  }
  offers.add(...grantKind(appeals))
  offers.add(...mendKind({ held, queue, prompts, people }))
  offers.add(...againKind({ queue, laneOf }))
  return { offers, budgets }
}

export function payerOf({ id, role = 'guest', language }: KnownPerson, address: Address): Payer {
  return { person: id, role, address, language }
}
