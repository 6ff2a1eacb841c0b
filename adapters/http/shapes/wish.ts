/** What a session or a task can be given that is not as configured. */
import { z } from 'zod'

/** It becomes an argument of a command, which can have no NUL in it. */
export const argument = z.string().regex(/^[^\0]*$/, 'has a character NUL in it')

export const rules = z.array(argument.min(1).max(200)).max(100)

export const Wish = z.object({
  model: z.string().max(120).exactOptional(),
  permissionMode: z.string().max(40).exactOptional(),
  effort: z.string().max(40).exactOptional(),
  systemPrompt: argument.max(100_000).exactOptional(),
  allowedTools: rules.exactOptional(),
  disallowedTools: rules.exactOptional(),
  project: z.string().max(200).exactOptional(),
  maxTurns: z.int().min(1).max(10_000).exactOptional(),
  maxBudgetUsd: z.number().positive().max(100_000).exactOptional(),
  /** Milliseconds that a turn may take. */
  timeout: z.int().min(1000).exactOptional(),
  /** True: it runs on the operator's model gateway. */
  gateway: z.boolean().exactOptional(),
})
