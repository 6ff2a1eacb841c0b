/** What is written down about a turn when it has ended. */
import type { TurnResult } from '../claude/turn.ts'
import type { Log, TextReply } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { HistoryEntry } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { personId } from './place.ts'
import type { Warm } from './warm.ts'

interface Said {
  readonly reply: TextReply
  /** What of it is the bot's own words about an answer that is not whole. */
  readonly remark: string | undefined
  readonly log: Log
}

export async function recordTurn(
  store: Store,
  warm: Warm,
  envelope: Envelope & { readonly files: readonly string[] },
  result: TurnResult,
  { reply, remark, log }: Said,
): Promise<void> {
  const { message, conversation, files } = envelope
  const user = personId(message.address, message.from)
  const sessionId = result.sessionId || (warm.record?.sessionId ?? '')
  logTurn(log, envelope, { ...result, sessionId })
  const now = Date.now()
  await store.history.append(conversation, [
    {
      at: message.at,
      role: 'user',
      user,
      text: message.text,
      ...(files.length === 0 ? {} : { files: [...files] }),
      sessionId,
    },
    ...answered(result, { reply, remark }).map((said) => ({ ...said, at: now, sessionId })),
  ])
  const { turns = 0, costUsd = 0 } = warm.record ?? {}
  await warm.change({
    lastAt: now,
    turns: turns + 1,
    costUsd: costUsd + result.costUsd,
    ...(sessionId === '' ? {} : { sessionId }),
  })
}

/** What Claude had said is Claude's, also when it did not come to its end. */
function answered(
  { text }: TurnResult,
  { reply, remark }: Omit<Said, 'log'>,
): Pick<HistoryEntry, 'role' | 'text'>[] {
  if (remark === undefined) return [{ role: 'assistant', text: reply.markdown }]
  const notice = { role: 'notice', text: remark } as const
  return text === '' ? [notice] : [{ role: 'assistant', text }, notice]
}

/** For whoever runs the bot: which turn it was, what it took, why it failed. Nobody's words. */
function logTurn(
  log: Log,
  { id, conversation }: Pick<Envelope, 'id' | 'conversation'>,
  { sessionId, durationMs, costUsd, fault }: TurnResult,
): void {
  const failure = fault === undefined ? {} : { fault: fault.code, detail: fault.detail }
  log.info(
    { conversation, turn: id, session: sessionId, durationMs, costUsd, ...failure },
    'a turn has ended',
  )
}
