/** Somebody is about to write: what their message will need is made ready, where that takes nothing from others. */
import { isOpen, may } from '../access.ts'
import type { Adapter, Bot } from '../contract.ts'
import type { House } from './house.ts'

/** Whoever has no session yet has nothing to wake. Never rejects. */
export async function expectFrom(
  { live, people, places, store, queue, options }: House,
  adapter: Adapter,
  ...[address, from, direct]: Parameters<Bot['expects']>
): Promise<void> {
  try {
    if (from.bot === true || !isOpen(live.current.access, adapter, { address, direct })) return
    const person = await people.of(address, from)
    if (!may(person.role, 'talk')) return
    const { conversation } = places.of(person.id, { address, direct })
    if ((await store.sessions.get(conversation))?.started === true) queue.expect(conversation)
  } catch (err) {
    options.log.warn({ adapter: adapter.name, err }, 'a session could not be woken before its message')
  }
}
