/** What is written down about a turn when it has ended. */
import type { TurnResult } from '../claude/turn.ts'
import type { TextReply } from '../contract.ts'
import type { Envelope } from '../queue/port.ts'
import type { Store } from '../store/store.ts'
import { personId } from './place.ts'
import type { Warm } from './warm.ts'

export async function recordTurn(
  store: Store,
  warm: Warm,
  envelope: Envelope & { readonly files: readonly string[] },
  result: TurnResult,
  reply: TextReply,
): Promise<void> {
  const { message, conversation, files } = envelope
  const user = personId(message.address, message.from)
  const sessionId = result.sessionId || (warm.record?.sessionId ?? '')
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
    { at: now, role: reply.tone === 'answer' ? 'assistant' : 'notice', text: reply.markdown, sessionId },
  ])
  const { turns = 0, costUsd = 0 } = warm.record ?? {}
  await warm.change({
    lastAt: now,
    turns: turns + 1,
    costUsd: costUsd + result.costUsd,
    ...(sessionId === '' ? {} : { sessionId }),
  })
}
