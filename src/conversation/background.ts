/** What Claude says by itself, when a task that it left running has ended: it goes where the last message came from. */
import { randomUUID } from 'node:crypto'
import type { TurnResult } from '../claude/turn.ts'
import type { Envelope } from '../queue/port.ts'
import type { ConversationParts } from './parts.ts'

type BackgroundParts = Pick<ConversationParts, 'queue' | 'budgets' | 'log'>

/** Never throws: nobody waits for it. `last`: the message handled last. */
export function reportBackground(
  parts: BackgroundParts,
  last: Envelope | undefined,
  result: TurnResult,
): void {
  if (last === undefined) return
  keep(parts, last, result).catch((err: unknown) => {
    parts.log.error({ err, conversation: last.conversation }, 'a background result could not be kept')
  })
}

async function keep({ queue, budgets }: BackgroundParts, last: Envelope, result: TurnResult): Promise<void> {
  const { conversation, message } = last
  const key = `background/${randomUUID()}`
  const reply = { kind: 'text', key, markdown: result.text, tone: 'answer' } as const
  if (result.text !== '') await queue.post([{ key, conversation, address: message.address, reply }])
  await budgets.book(message, result)
}
