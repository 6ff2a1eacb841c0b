/** Something that was asked of Claude over HTTP: a message or a task. */
import { z } from 'zod'

const runStates = ['waiting', 'running', 'answered', 'failed', 'cancelled'] as const

const Figures = z.object({
  costUsd: z.number(),
  durationMs: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
})

const RunResult = z
  .object({
    /** Markdown, whole; of a run that failed: what Claude had said, and why it ended. */
    text: z.string(),
    figures: Figures.exactOptional(),
  })
  .readonly()

/** As it is kept. */
export const RunRecord = z
  .object({
    /** Unique among those of its key. */
    id: z.string(),
    /** Name of the key that asked. */
    user: z.string(),
    session: z.string(),
    kind: z.enum(['message', 'task']),
    state: z.enum(runStates),
    text: z.string(),
    /** True: a text that calls a chat command is obeyed. */
    commands: z.boolean().exactOptional(),
    priority: z.int(),
    /** Milliseconds since 1970. */
    createdAt: z.number(),
    startedAt: z.number().exactOptional(),
    endedAt: z.number().exactOptional(),
    result: RunResult.exactOptional(),
  })
  .readonly()
export type RunRecord = z.infer<typeof RunRecord>

export const runId = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'wants letters, digits, dots, dashes and underscores, 100 at most')

/** As it is answered. Times in ISO 8601. */
export const RunView = z
  .object({
    id: z.string(),
    session: z.string(),
    kind: z.enum(['message', 'task']),
    state: z.enum(runStates),
    priority: z.int(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().exactOptional(),
    endedAt: z.iso.datetime().exactOptional(),
    result: RunResult.exactOptional(),
  })
  .readonly()
export type RunView = z.infer<typeof RunView>

export function runView({ user: _user, text: _text, commands: _commands, ...record }: RunRecord): RunView {
  const { createdAt, startedAt, endedAt, ...rest } = record
  return {
    ...rest,
    createdAt: iso(createdAt),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}
