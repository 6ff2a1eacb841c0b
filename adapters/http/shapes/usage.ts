/** What was used, in all and told apart. Days of UTC, money in US dollars. */
import { z } from 'zod'

const UsageFigures = z.object({
  turns: z.int(),
  failed: z.int(),
  estimated: z.int(),
  costUsd: z.number(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cacheReadTokens: z.int(),
  cacheWriteTokens: z.int(),
  /** Sum over the turns. */
  durationMs: z.number(),
})
export const UsageReport = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  total: UsageFigures,
  days: z.array(UsageFigures.extend({ day: z.iso.date() })).readonly(),
  users: z.array(UsageFigures.extend({ user: z.string() })).readonly(),
  models: z.array(UsageFigures.extend({ model: z.string() })).readonly(),
  adapters: z.array(UsageFigures.extend({ adapter: z.string() })).readonly(),
})
export type UsageReport = z.infer<typeof UsageReport>
