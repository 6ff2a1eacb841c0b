/** A turn that went well and said nothing: nobody would know that it ended. Pure. */
import { ownFault } from '../claude/faults.ts'
import type { TurnResult } from '../claude/turn.ts'

/** Stands before the message when Claude is asked once more. */
export const askedAgain =
  'Note from the chat bridge: your answer to the following message held no words, so nothing reached the user. Do not repeat what is done already: answer it now in words, if only to say what came of it.\n\n'

export function isEmpty({ text, fault }: TurnResult): boolean {
  return text.trim() === '' && fault === undefined
}

/** Two turns for one message, as one: both were paid for. */
export function afterEmpty(first: TurnResult, second: TurnResult): TurnResult {
  const { usage: a } = first
  const { usage: b } = second
  return {
    ...second,
    ...(isEmpty(second) ? { fault: ownFault('empty') } : {}),
    costUsd: first.costUsd + second.costUsd,
    usage: {
      input: a.input + b.input,
      output: a.output + b.output,
      cacheRead: a.cacheRead + b.cacheRead,
      cacheWrite: a.cacheWrite + b.cacheWrite,
    },
    durationMs: first.durationMs + second.durationMs,
    sessionId: second.sessionId || first.sessionId,
  }
}
