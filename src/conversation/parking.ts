/**
 * A turn that waits for a person may wait for a day, and one that waits until fewer turns of the same person run for
 * hours: while others want its place it is left, its process closed, and taken up again when what it waits for is
 * there. Claude then asks once more what it had asked, and is told.
 */
import type { Activation, Envelope } from '../queue/port.ts'
import type { Approvals } from './approvals.ts'

/** What a conversation is parked for: somebody has to decide something. */
export const aDecision = 'decision'

/** What a conversation is parked for: this person has as many turns under way as may be at a time. */
export function shareOf(person: string): string {
  return `share/${person}`
}

interface ParkingParts {
  /** Milliseconds that a place is kept although others want it. */
  readonly keepPlace: () => number
  /** Ends the turn here, committing nothing. */
  readonly leave: () => void
  /** May whoever wrote it not talk to the bot any more? */
  readonly barred: (envelope: Envelope) => Promise<boolean>
  /** Has the conversation handed out again. */
  readonly wake: () => void
}

export class Parking {
  readonly #activation: Pick<Activation, 'park' | 'wanted' | 'onWanted'>
  readonly #approvals: Pick<Approvals, 'since' | 'awaits'>
  readonly #parts: ParkingParts
  #timer: NodeJS.Timeout | undefined
  /** Whose share the turn waits for. */
  #share: string | undefined
  #parked: string | undefined

  constructor(
    activation: Pick<Activation, 'park' | 'wanted' | 'onWanted'>,
    approvals: Pick<Approvals, 'since' | 'awaits'>,
    parts: ParkingParts,
  ) {
    this.#activation = activation
    this.#approvals = approvals
    this.#parts = parts
    activation.onWanted(() => this.look())
  }

  /** True once the turn was left. */
  get parked(): boolean {
    return this.#parked !== undefined
  }

  /** The turn waits for turns of this person's to end; undefined: it does so no longer. */
  share(person: string | undefined): void {
    this.#share = person
    this.look()
  }

  /** Leaves the turn when it has waited long enough and others want the place; looks again later otherwise. */
  look(): void {
    clearTimeout(this.#timer)
    const [share, { since }] = [this.#share, this.#approvals]
    // Most wait for nothing of the kind: whether a place is wanted takes a look at all of them.
    if (this.parked || (share === undefined && since === undefined)) return
    if (!this.#activation.wanted) return
    if (share !== undefined) return this.#park(shareOf(share))
    if (since === undefined) return
    const left = since + this.#parts.keepPlace() - Date.now()
    if (left > 0) this.#timer = setTimeout(() => this.look(), left)
    else this.#park(aDecision)
  }

  /** True: nobody has answered yet what an earlier attempt asked, so there is nothing to go on with. Return then. */
  async stays(envelope: Envelope): Promise<boolean> {
    if (envelope.attempt < 2 || !(await this.#approvals.awaits(envelope))) return false
    if (await this.#parts.barred(envelope)) return false
    this.#parked = aDecision
    this.#activation.park(aDecision)
    await this.settle(envelope)
    return true
  }

  /** After the turn was left: an answer that came in that moment is not waited for. */
  async settle(envelope: Envelope): Promise<void> {
    if (this.#parked === aDecision && !(await this.#approvals.awaits(envelope))) this.#parts.wake()
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #park(waitsFor: string): void {
    this.#parked = waitsFor
    // First: whatever comes in this moment finds it parked, and wakes it.
    this.#activation.park(waitsFor)
    this.#parts.leave()
  }
}
