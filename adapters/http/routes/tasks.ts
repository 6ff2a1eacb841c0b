/** Tasks: work that waits for its place, and is looked at or waited for whenever one likes. */
import { z } from 'zod'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import type { Run } from '../run.ts'
import { RunView, runView } from '../shapes/run.ts'
import { NewTask, TaskPage, TaskParams, TaskQuery, priority } from '../shapes/task.ts'
import { submit } from '../submitting.ts'
import { pageOf } from '../task-list.ts'

const tags = ['tasks']
const params = TaskParams
const base = '/api/v1/tasks'

const schemas = {
  submit: { summary: 'Submits a task', tags, body: NewTask, response: { 202: RunView } },
  list: {
    summary: 'Lists tasks and messages, the newest first',
    tags,
    querystring: TaskQuery,
    response: { 200: TaskPage },
  },
  queue: {
    summary: 'How many tasks wait and run, of all keys',
    tags,
    response: { 200: z.object({ waiting: z.int(), running: z.int(), concurrency: z.int() }) },
  },
  one: { summary: 'One task, with its result', tags, params, response: { 200: RunView } },
  result: {
    summary: 'What came of a task; 409 while it has not ended',
    tags,
    params,
    response: { 200: RunView },
  },
  change: {
    summary: 'Changes the priority of a task that waits',
    tags,
    params,
    body: z.object({ priority }).strict(),
    response: { 200: RunView },
  },
} as const

const ending = (summary: string) =>
  ({ summary, tags, params, body: z.object({}).strict().nullish(), response: { 202: RunView } }) as const

export function tasks(app: App, parts: Parts): void {
  app.post(base, { schema: schemas.submit }, async ({ caller, body }, reply) => {
    const { record } = await submit(parts, caller, body)
    const location = `${base}/${encodeURIComponent(record.id)}`
    return reply.code(202).header('location', location).send(runView(record))
  })
  looking(app, parts)
  steering(app, parts)
}

function looking(app: App, { runs, tasks: desk }: Parts): void {
  app.get(base, { schema: schemas.list }, ({ caller, query: { of, ...wanted } }) => {
    if (of === 'all' && caller.scope === 'chat')
      throw new Problem(403, 'forbidden', 'This takes a key with the scope operate.')
    const whose = of === 'own' ? { user: caller.name } : {}
    const { page, next } = pageOf(runs.lines, { ...wanted, ...whose })
    const more = next === undefined ? {} : { next }
    return { tasks: page.map((line) => runView({ ...line, text: '' })), ...more }
  })

  app.get(`${base}/queue`, { schema: schemas.queue }, () => desk.counts)

  app.get(`${base}/:id`, { schema: schemas.one }, async (request) =>
    runView((await found({ runs }, request.caller.name, request.params.id)).record),
  )

  app.get(`${base}/:id/result`, { schema: schemas.result }, async (request) => {
    const { record, over } = await found({ runs }, request.caller.name, request.params.id)
    if (over) return runView(record)
    const more = { task: runView(record) }
    throw new Problem(409, 'not-yet', `The task has not ended: it is ${record.state}.`, { more })
  })
}

function steering(app: App, { runs, tasks: desk }: Parts): void {
  app.patch(`${base}/:id`, { schema: schemas.change }, async (request) => {
    const run = await found({ runs }, request.caller.name, request.params.id)
    if (await desk.prefer(run, request.body.priority)) return runView(run.record)
    throw new Problem(409, 'conflict', 'The task waits no longer.')
  })

  const cancel = ending('Ends a task, waiting or running')
  app.post(`${base}/:id/cancel`, { schema: cancel }, async (request, reply) => {
    const run = await found({ runs }, request.caller.name, request.params.id)
    if (!(await desk.cancel(run))) throw new Problem(409, 'conflict', 'The task has ended.')
    return reply.code(202).send(runView(run.record))
  })

  const interrupt = ending('Ends a task that runs')
  app.post(`${base}/:id/interrupt`, { schema: interrupt }, async (request, reply) => {
    const run = await found({ runs }, request.caller.name, request.params.id)
    const isRunning = !run.over && run.record.startedAt !== undefined
    if (!isRunning || !(await desk.cancel(run))) throw new Problem(409, 'conflict', 'The task does not run.')
    return reply.code(202).send(runView(run.record))
  })
}

/** Throws {@link Problem}. */
async function found({ runs }: Pick<Parts, 'runs'>, user: string, id: string): Promise<Run> {
  const run = await runs.find(user, id)
  if (run !== undefined) return run
  throw new Problem(404, 'unknown', `There is no task \`${id}\`, or it is forgotten.`)
}
