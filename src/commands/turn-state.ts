/** What a conversation's turn waits for or does, in the few words that all commands have for it. */
import type { TurnState } from '../conversation/doing.ts'
import { aDecision } from '../conversation/parking.ts'
import type { Place } from '../conversation/place.ts'
import type { Desk } from './command.ts'

/** `open`: whether any message of the conversation has not ended. */
export function turnState(
  { doing, queue, place }: Pick<Desk, 'doing' | 'queue'> & { readonly place: Pick<Place, 'conversation'> },
  open: boolean,
): TurnState {
  const now = doing()
  if (now !== undefined) return now.phase === 'begins' ? 'works' : now.phase
  if (!open) return 'none'
  // Not even the conversation has one: it is held by no process, or gave its place up.
  return queue.parked(place.conversation) === aDecision ? 'decides' : 'waits'
}
