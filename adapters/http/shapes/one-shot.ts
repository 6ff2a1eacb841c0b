/** One question, one answer, in the words of wrappers around `claude -p`. */
import { z } from 'zod'
import { FileView } from './sent-file.ts'
import { priority } from './task.ts'
import { sessionId } from './session.ts'
import { type Wish, argument, rules } from './wish.ts'

export const OneShot = z
  .object({
    prompt: z.string().min(1),
    /** To go on in; absent: a new one. */
    session_id: sessionId.exactOptional(),
    model: z.string().max(120).exactOptional(),
    system_prompt: argument.max(100_000).exactOptional(),
    allowedTools: rules.exactOptional(),
    disallowedTools: rules.exactOptional(),
    /** Only where the operator has configured that mode. */
    'dangerously-skip-permissions': z.boolean().exactOptional(),
    /** True: it runs on the operator's model gateway. */
    enable_proxy: z.boolean().exactOptional(),
    /** True: answered at once, and run as a task. */
    async: z.boolean().exactOptional(),
    priority: priority.exactOptional(),
    webhook_url: z.url().max(2000).exactOptional(),
    max_budget_usd: z.number().positive().max(100_000).exactOptional(),
  })
  .strict()
export type OneShot = z.infer<typeof OneShot>

export const OneShotBatch = z
  .object({
    /** A text, or all that one question takes. */
    prompts: z
      .array(z.union([z.string().min(1), OneShot.omit({ async: true, webhook_url: true })]))
      .min(1)
      .max(100),
  })
  .strict()

export const OneShotAnswer = z.object({
  success: z.boolean(),
  result: z.string(),
  session_id: z.string(),
  duration_ms: z.number(),
  cost_usd: z.number(),
  /** What Claude has sent. */
  files: z.array(FileView).readonly().exactOptional(),
})

export const OneShotTask = z.object({
  success: z.literal(true),
  task_id: z.string(),
  session_id: z.string(),
  status: z.string(),
})

/** What the new session is to be like. Nobody is there to be asked: what is not allowed is denied, where the operator asks at all. */
export function wishIn(question: OneShot, configuredMode: string): z.infer<typeof Wish> {
  const {
    model,
    system_prompt: systemPrompt,
    allowedTools,
    disallowedTools,
    max_budget_usd: maxBudgetUsd,
    enable_proxy: gateway,
  } = question
  const mode = question['dangerously-skip-permissions'] === true ? 'bypassPermissions' : undefined
  const permissionMode = mode ?? (configuredMode === 'default' ? 'dontAsk' : undefined)
  return {
    ...(model === undefined ? {} : { model }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
    ...(allowedTools === undefined ? {} : { allowedTools }),
    ...(disallowedTools === undefined ? {} : { disallowedTools }),
    ...(maxBudgetUsd === undefined ? {} : { maxBudgetUsd }),
    ...(permissionMode === undefined ? {} : { permissionMode }),
    ...(gateway === undefined ? {} : { gateway }),
  }
}

/** What only a new session can be given. */
export const onlyNew = [
  'system_prompt',
  'allowedTools',
  'disallowedTools',
  'dangerously-skip-permissions',
  'max_budget_usd',
  'enable_proxy',
] as const satisfies readonly (keyof OneShot)[]
