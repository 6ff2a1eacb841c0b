/** Tasks as they are asked for. */
import { z } from 'zod'
import { RunView, runId, runStates } from './run.ts'
import { sessionId } from './session.ts'
import { Wish } from './wish.ts'

export const priority = z.int().min(1).max(10)

export const NewTask = z
  .object({
    /** What is asked. */
    text: z.string().min(1),
    /** Names the task: sent again under the same id it is not asked again. */
    id: runId.exactOptional(),
    /** To go on in; absent: a new session. */
    session: sessionId.exactOptional(),
    priority: priority.default(5),
    /** What the new session is to be like. */
    options: Wish.strict().exactOptional(),
    /** Told of the end. */
    webhook: z.url().max(2000).exactOptional(),
  })
  .strict()
export type NewTask = z.infer<typeof NewTask>

export const NewBatch = z
  .object({ id: runId.exactOptional(), tasks: z.array(NewTask).min(1).max(100) })
  .strict()

export const TaskParams = z.object({ id: runId })

export const TaskQuery = z.object({
  state: z.enum(runStates).exactOptional(),
  session: sessionId.exactOptional(),
  batch: runId.exactOptional(),
  of: z.enum(['own', 'all']).default('own'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** `next` of the page before. */
  cursor: z.string().max(300).exactOptional(),
})

/** Without results: those are fetched one by one. */
export const TaskPage = z.object({
  tasks: z.array(RunView),
  /** Absent: that was the last page. */
  next: z.string().exactOptional(),
})
