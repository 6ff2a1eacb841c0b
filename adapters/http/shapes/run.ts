/** Something that was asked of Claude over HTTP: a message or a task. */
import { z } from 'zod'
import { FileView } from './sent-file.ts'
import { Wish } from './wish.ts'

export const runStates = ['waiting', 'running', 'answered', 'failed', 'cancelled'] as const

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
    /** Ids of further messages that were taken into this one's turn: it is the answer to them, too. */
    ends: z.array(z.string()).readonly().exactOptional(),
    /** Id of the message into whose turn this one was taken: both have this same answer. */
    inTurnOf: z.string().exactOptional(),
  })
  .readonly()

/** Somebody is told of the end. */
const Webhook = z
  .object({
    url: z.string(),
    state: z.enum(['waiting', 'delivered', 'given-up']),
    attempts: z.int(),
    /** Why the last attempt failed. */
    error: z.string().exactOptional(),
  })
  .readonly()

/** What is told of it as it is kept. */
const told = {
  /** Unique among those of its key. */
  id: z.string(),
  /** Name of the key that asked. */
  user: z.string(),
  session: z.string(),
  kind: z.enum(['message', 'task']),
  state: z.enum(runStates),
  /** 1 to 10; of what waits the highest is begun first. */
  priority: z.int(),
  webhook: Webhook.exactOptional(),
  result: RunResult.exactOptional(),
  /** What Claude has sent in its turn. */
  files: z.array(FileView).readonly().exactOptional(),
}

/** As it is kept. */
export const RunRecord = z
  .object({
    ...told,
    text: z.string(),
    /** True: a text that calls a chat command is obeyed. */
    commands: z.boolean().exactOptional(),
    /** Of a task: what its session is to be made with; absent: its session is there. */
    wish: Wish.exactOptional(),
    /** Of a task: the core has it, so that it waits for its session alone. */
    begun: z.boolean().exactOptional(),
    /** W3C `traceparent` of whoever asked. */
    trace: z.string().exactOptional(),
    /** The tasks that were asked for together, and its place among them. */
    batch: z.object({ id: z.string(), place: z.int() }).exactOptional(),
    /** Milliseconds since 1970. */
    createdAt: z.number(),
    startedAt: z.number().exactOptional(),
    endedAt: z.number().exactOptional(),
  })
  .readonly()
export type RunRecord = z.infer<typeof RunRecord>

export const runId = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'wants letters, digits, dots, dashes and underscores, 100 at most')

/** As it is answered. Times in ISO 8601. */
export const RunView = z
  .object({
    ...told,
    batch: z.string().exactOptional(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().exactOptional(),
    endedAt: z.iso.datetime().exactOptional(),
  })
  .readonly()
export type RunView = z.infer<typeof RunView>

export function runView(record: RunRecord): RunView {
  const { id, user, session, kind, state, priority, batch, webhook, result, files } = record
  const { createdAt, startedAt, endedAt } = record
  return {
    id,
    user,
    session,
    kind,
    state,
    priority,
    createdAt: iso(createdAt),
    ...(batch === undefined ? {} : { batch: batch.id }),
    ...(webhook === undefined ? {} : { webhook }),
    ...(startedAt === undefined ? {} : { startedAt: iso(startedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
    ...(result === undefined ? {} : { result }),
    ...(files === undefined ? {} : { files }),
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}
