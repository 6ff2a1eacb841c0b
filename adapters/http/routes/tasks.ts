/** Tasks: work that waits for its place, and is looked at or waited for whenever one likes. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import type { Run } from '../run.ts'
import { RunView, runView } from '../shapes/run.ts'
import { NewBatch, NewTask, TaskPage, TaskParams, TaskQuery, priority } from '../shapes/task.ts'
import { prefersLater } from '../asking.ts'
import { submit } from '../submitting.ts'
import { pageOf } from '../task-list.ts'

const tags = ['tasks']
const base = '/api/v1/tasks'

const Batch = z.object({ id: z.string(), tasks: z.array(RunView) })

export function tasks(app: App, parts: Parts): void {
  const { runs, tasks: desk } = parts
  const found = async (user: string, id: string): Promise<Run> => {
    const run = await runs.find(user, id)
    if (run === undefined)
      throw new Problem(404, 'unknown', `There is no task \`${id}\`, or it is forgotten.`)
    return run
  }

  app.post(
    base,
    { schema: { summary: 'Submits a task', tags, body: NewTask, response: { 202: RunView } } },
    async ({ caller, body }, reply) => {
      const { record } = await submit(parts, caller.name, body)
      const location = `${base}/${encodeURIComponent(record.id)}`
      return reply.code(202).header('location', location).send(runView(record))
    },
  )

  app.get(
    base,
    {
      schema: {
        summary: 'Lists tasks and messages, the newest first',
        tags,
        querystring: TaskQuery,
        response: { 200: TaskPage },
      },
    },
    ({ caller, query: { of, ...wanted } }) => {
      if (of === 'all' && caller.scope === 'chat')
        throw new Problem(403, 'forbidden', 'This takes a key with the scope operate.')
      const { page, next } = pageOf(runs.lines, { ...wanted, ...(of === 'own' ? { user: caller.name } : {}) })
      return {
        tasks: page.map((line) => runView({ ...line, text: '' })),
        ...(next === undefined ? {} : { next }),
      }
    },
  )

  app.get(
    `${base}/queue`,
    {
      schema: {
        summary: 'How many tasks wait and run, of all keys',
        tags,
        response: { 200: z.object({ waiting: z.int(), running: z.int(), concurrency: z.int() }) },
      },
    },
    () => desk.counts,
  )

  app.post(
    `${base}/batch`,
    {
      schema: {
        summary: 'Submits several tasks, and answers with all results in their order',
        description: 'One that fails does so alone. With `Prefer: respond-async` at once (202).',
        tags,
        body: NewBatch,
        response: { 200: Batch, 202: Batch },
      },
    },
    async (request, reply) => {
      const { caller, body } = request
      const { id = randomUUID() } = body
      const all: Run[] = []
      for (const [place, task] of body.tasks.entries())
        all.push(
          await submit(parts, caller.name, { ...task, id: task.id ?? `${id}.${place}` }, { id, place }),
        )
      void reply.header('location', `${base}/batch/${encodeURIComponent(id)}`)
      const later = prefersLater(request)
      if (!later) await Promise.race([Promise.all(all.map(({ ended }) => ended)), parts.closed])
      const over = all.every((run) => run.over)
      return reply.code(over ? 200 : 202).send({ id, tasks: all.map(({ record }) => runView(record)) })
    },
  )

  app.get(
    `${base}/batch/:id`,
    {
      schema: { summary: 'All of a batch, in its order', tags, params: TaskParams, response: { 200: Batch } },
    },
    async ({ caller, params: { id } }) => {
      const lines = runs.lines.filter(({ user, batch }) => user === caller.name && batch?.id === id)
      if (lines.length === 0)
        throw new Problem(404, 'unknown', `There is no batch \`${id}\`, or it is forgotten.`)
      const inOrder = lines.toSorted((a, b) => (a.batch?.place ?? 0) - (b.batch?.place ?? 0))
      const all = await Promise.all(inOrder.map((line) => found(caller.name, line.id)))
      return { id, tasks: all.map(({ record }) => runView(record)) }
    },
  )

  app.get(
    `${base}/:id`,
    {
      schema: { summary: 'One task, with its result', tags, params: TaskParams, response: { 200: RunView } },
    },
    async ({ caller, params }) => runView((await found(caller.name, params.id)).record),
  )

  app.get(
    `${base}/:id/result`,
    {
      schema: {
        summary: 'What came of a task; 409 while it has not ended',
        tags,
        params: TaskParams,
        response: { 200: RunView },
      },
    },
    async ({ caller, params }) => {
      const { record, over } = await found(caller.name, params.id)
      if (over) return runView(record)
      const task = runView(record)
      throw new Problem(409, 'not-yet', `The task has not ended: it is ${record.state}.`, { more: { task } })
    },
  )

  app.patch(
    `${base}/:id`,
    {
      schema: {
        summary: 'Changes the priority of a task that waits',
        tags,
        params: TaskParams,
        body: z.object({ priority }).strict(),
        response: { 200: RunView },
      },
    },
    async ({ caller, params, body }) => {
      const run = await found(caller.name, params.id)
      if (await desk.prefer(run, body.priority)) return runView(run.record)
      throw new Problem(409, 'conflict', 'The task waits no longer.')
    },
  )

  for (const verb of ['cancel', 'interrupt'] as const)
    app.post(
      `${base}/:id/${verb}`,
      {
        schema: {
          summary: verb === 'cancel' ? 'Ends a task, waiting or running' : 'Ends a task that runs',
          tags,
          params: TaskParams,
          body: z.object({}).strict().nullish(),
          response: { 202: RunView },
        },
      },
      async ({ caller, params }, reply) => {
        const run = await found(caller.name, params.id)
        const runsNow = !run.over && run.record.startedAt !== undefined
        if (verb === 'interrupt' && !runsNow) throw new Problem(409, 'conflict', 'The task does not run.')
        if (!(await desk.cancel(run))) throw new Problem(409, 'conflict', 'The task has ended.')
        return reply.code(202).send(runView(run.record))
      },
    )
}
