/** What is for a turn that runs on another node goes to that node, which takes it as if it had come there. */
import { z } from 'zod'
import { called } from '../commands/index.ts'
import type { Adapter, Inbound } from '../contract.ts'
import type { Router } from '../router.ts'
import type { House } from './house.ts'

const Receipt = z.enum(['accepted', 'duplicate', 'refused'])
/** It was checked where it came in, and comes from a node of ours. */
const Forwarded = z.custom<Inbound>(
  (value) => typeof value === 'object' && value !== null && 'address' in value && 'from' in value,
)

export function forwarding(house: House, router: Router): Router {
  const { cluster, adapters, options } = house
  if (cluster === undefined) return router
  cluster.answer(async (question) => {
    const inbound = Forwarded.parse(JSON.parse(question))
    const adapter = adapters.get(inbound.address.adapter)
    if (adapter === undefined)
      throw new Error(`the adapter ${inbound.address.adapter} is not configured there`)
    return router(adapter, inbound)
  })
  return async (adapter, inbound) => {
    const holder = isForTurn(adapter, inbound) ? await holderOf(house, inbound) : undefined
    if (holder === undefined) return router(adapter, inbound)
    try {
      return Receipt.parse(await cluster.ask(holder, JSON.stringify(inbound)))
    } catch (err) {
      // What it did in spite of that is known by the id of what came: nothing is done twice.
      options.log.warn({ err, node: holder }, 'another node does not answer; what came is taken here')
      return router(adapter, inbound)
    }
  }
}

/** What only waits for its turn finds its way by the queue. */
function isForTurn({ local, limits }: Adapter, inbound: Inbound): boolean {
  // Who sits at this machine is known to nobody else.
  if (local === true) return false
  return inbound.kind !== 'message' || limits.buttons === 0 || called(inbound.text)?.command.when === 'now'
}

async function holderOf(
  { cluster, prompts, people, places }: House,
  inbound: Inbound,
): Promise<string | undefined> {
  if (cluster === undefined || cluster.others === 0) return undefined
  if (inbound.kind === 'answer') {
    const record = await prompts.find(inbound.prompt)
    return record && cluster.holderOf(record.conversation)
  }
  const { id } = await people.of(inbound.address, inbound.from)
  return cluster.holderOf(places.of(id, inbound).conversation)
}
