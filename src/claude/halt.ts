/** Asks the CLI to stop what it does in a turn, and to let go of what was steered into it. */
import { z } from 'zod'
import type { Control } from './control.ts'
import type { OpenTurn } from './open-turn.ts'

/** How long a turn may take to stop when it is asked to, before its process is ended. */
export const stopWithinMs = 5_000

/** Stops the turn; resolves when the CLI has taken note. Rejects as {@link Control.request} does. */
export async function halt(
  control: Control,
  turns: { readonly current: OpenTurn | undefined },
  turn: OpenTurn,
): Promise<void> {
  // What waits to be steered in would be answered all the same, after the stop.
  for (const uuid of turn.waiting) await takeBack(control, turn, uuid)
  while (turns.current === turn) {
    const answer = await control.request({ subtype: 'interrupt' }, stopWithinMs)
    // Newer versions leave a message alone that they have not taken up yet, and answer it later.
    if (!queued.parse(answer).still_queued.includes(turn.uuid)) return
    await turn.taken
  }
}

/** A message that was steered in and not taken up. Rejects as {@link Control.request} does. */
export async function takeBack(control: Control, turn: OpenTurn, message_uuid: string): Promise<void> {
  const answer = await control.request({ subtype: 'cancel_async_message', message_uuid }, stopWithinMs)
  if (removed.parse(answer).cancelled) turn.drop(message_uuid)
}

const removed = z.object({ cancelled: z.boolean().catch(false) }).catch({ cancelled: false })
const queued = z.object({ still_queued: z.array(z.string()).catch([]) }).catch({ still_queued: [] })
