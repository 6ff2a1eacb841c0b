/** What fetching missed messages is handed, and how it hears what came. */
import type { CatchUpParts } from '../catch-up/catch-up.ts'
import type { Heard } from '../catch-up/heard.ts'
import { called } from '../commands/index.ts'
import type { Router } from '../router.ts'
import type { House } from './house.ts'

export function catchUpParts(house: House, heard: Heard, route: Router): CatchUpParts {
  const { live, options, adapters, people, queue, prompts, offers } = house
  const { log } = options
  return { adapters, heard, route, config: () => live.current, people, queue, prompts, offers, called, log }
}

/** Remembers up to where each chat was heard. After the message is on disk: a crash in between fetches it again. */
export function noting(heard: Heard, router: Router): Router {
  return async (adapter, inbound) => {
    const receipt = await router(adapter, inbound)
    // Where nobody may talk there is nothing to miss.
    const matters = receipt !== 'refused' || heard.knows(inbound.address)
    if (inbound.kind === 'message' && matters && adapter.history !== undefined) heard.note(inbound)
    return receipt
  }
}
