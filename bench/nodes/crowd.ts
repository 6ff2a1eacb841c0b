/** Who writes, and what is told of it. */
import { z } from 'zod'
import type { Message } from '../../src/contract.ts'

export const crowd = { messages: 4000, conversations: 200, latencies: 200 }

export const Figures = z.object({ turnsPerSecond: z.number(), latencyMs: z.number(), lateMs: z.number() })
export type Figures = z.infer<typeof Figures>

export const silent = { debug() {}, info() {}, warn() {}, error() {} }

export const message: Message = {
  kind: 'message',
  id: 'm',
  at: 1,
  from: { id: 'u' },
  address: { adapter: 'chat', channel: 'c' },
  direct: true,
  text: 'What does the failing test in test/src say, and what would you change to mend it?',
}
