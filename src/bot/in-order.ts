/** What comes from one chat is taken in the order in which it came, however long each takes to be let in. */
import { chatOf } from '../conversation/again.ts'
import type { Router } from '../router.ts'
import { Lanes } from '../store/lanes.ts'

/** An answer waits for nothing: whoever presses a button may be what the rest waits for. */
export function inOrder(router: Router): Router {
  const lanes = new Lanes()
  return (adapter, inbound) =>
    inbound.kind === 'answer'
      ? router(adapter, inbound)
      : lanes.run(chatOf(inbound.address), () => router(adapter, inbound))
}
