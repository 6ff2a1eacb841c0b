/** Several tasks at once, with their results in their order. One that fails does so alone. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { prefersLater } from '../asking.ts'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import type { Run } from '../run.ts'
import { RunView, runView } from '../shapes/run.ts'
import { NewBatch, TaskParams } from '../shapes/task.ts'
import { check, submit } from '../submitting.ts'

const tags = ['tasks']
const base = '/api/v1/tasks/batch'

const Batch = z.object({ id: z.string(), tasks: z.array(RunView) })

const schemas = {
  submit: {
    summary: 'Submits several tasks, and answers with all results in their order',
    description: 'With `Prefer: respond-async` at once (202).',
    tags,
    body: NewBatch,
    response: { 200: Batch, 202: Batch },
  },
  one: { summary: 'All of a batch, in its order', tags, params: TaskParams, response: { 200: Batch } },
} as const

export function batches(app: App, parts: Parts): void {
  const { runs, closed } = parts

  app.post(base, { schema: schemas.submit }, async (request, reply) => {
    const { caller, body } = request
    const { id = randomUUID() } = body
    // All of them first: whoever is refused has nothing running.
    for (const task of body.tasks) await check(parts, caller.name, task)
    const all: Run[] = []
    for (const [place, task] of body.tasks.entries()) {
      const named = { ...task, id: task.id ?? `${id}.${place}` }
      all.push(await submit(parts, caller, named, { id, place }))
    }
    void reply.header('location', `${base}/${encodeURIComponent(id)}`)
    if (!prefersLater(request)) await Promise.race([Promise.all(all.map(({ ended }) => ended)), closed])
    const over = all.every((run) => run.over)
    return reply.code(over ? 200 : 202).send({ id, tasks: all.map(({ record }) => runView(record)) })
  })

  app.get(`${base}/:id`, { schema: schemas.one }, async ({ caller, params: { id } }) => {
    const lines = runs.lines.filter(({ user, batch }) => user === caller.name && batch?.id === id)
    if (lines.length === 0)
      throw new Problem(404, 'unknown', `There is no batch \`${id}\`, or it is forgotten.`)
    const inOrder = lines.toSorted((a, b) => (a.batch?.place ?? 0) - (b.batch?.place ?? 0))
    const all = await Promise.all(inOrder.map((line) => runs.find(caller.name, line.id)))
    return { id, tasks: all.flatMap((run) => (run === undefined ? [] : [runView(run.record)])) }
  })
}
