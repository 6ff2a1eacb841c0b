/** What every driver of the queue must do, seen through the port alone. */
import { describe } from 'vitest'
import { activationContract } from './contract-activation.ts'
import { changesContract } from './contract-changes.ts'
import { closeContract } from './contract-close.ts'
import { failureContract } from './contract-failure.ts'
import { inboxContract } from './contract-inbox.ts'
import { outboxContract } from './contract-outbox.ts'
import { parkingContract } from './contract-parking.ts'
import type { Open } from './rig.ts'

export function queueContract(name: string, open: Open): void {
  describe(`queue: ${name}`, () => {
    inboxContract(open)
    changesContract(open)
    parkingContract(open)
    activationContract(open)
    failureContract(open)
    outboxContract(open)
    closeContract(open)
  })
}
