/** Takes tasks in, once for each id. */
import { randomUUID } from 'node:crypto'
import { type Caller, askedBy } from './caller.ts'
import { Problem } from './problems.ts'
import type { Parts } from './parts.ts'
import type { Run } from './run.ts'
import type { RunRecord } from './shapes/run.ts'
import type { NewTask } from './shapes/task.ts'

type Batch = RunRecord['batch']

/** The task of this id: another request for the same joins it. Throws {@link Problem}, OfficeError. */
export async function submit(parts: Parts, caller: Caller, task: NewTask, batch?: Batch): Promise<Run> {
  const { runs, tasks, webhooks } = parts
  const { id = randomUUID(), text, session, priority, webhook } = task
  await check(parts, caller.name, task)
  const wish = session === undefined ? { wish: task.options ?? {} } : {}
  const hook = { state: 'waiting', attempts: 0 } as const
  const { run, isNew } = await runs.add({
    id,
    ...askedBy(caller),
    session: session ?? randomUUID(),
    kind: 'task',
    state: 'waiting',
    text,
    priority,
    ...wish,
    ...(batch === undefined ? {} : { batch }),
    ...(webhook === undefined ? {} : { webhook: { ...hook, url: webhook } }),
    createdAt: Date.now(),
  })
  if (!isNew) {
    const { record } = run
    if (record.kind === 'task' && record.text === text && (session ?? record.session) === record.session)
      return run
    throw wrong(409, 'id', 'Something else was asked under this id.')
  }
  webhooks.follow(run)
  tasks.add(run)
  return run
}

/** What can be told at once is told at once, and not by a task that fails. Throws {@link Problem}, OfficeError. */
export async function check(
  { bot, webhooks }: Parts,
  user: string,
  { session, options, webhook }: NewTask,
): Promise<void> {
  const refusal = webhook === undefined ? undefined : webhooks.refusal(webhook)
  if (refusal !== undefined) throw wrong(422, 'webhook', refusal)
  if (session === undefined) return
  if (options !== undefined)
    throw wrong(422, 'options', 'A session that is there has its options already: leave them out.')
  const { own } = await bot.office({ id: user }).session(session)
  if (!own) throw wrong(409, 'session', 'This session belongs to a chat: it is spoken to there.')
}

function wrong(status: number, field: string, message: string): Problem {
  const code = status === 409 ? 'conflict' : 'invalid'
  return new Problem(status, code, message, { fields: [{ field, message }] })
}
