/** Tasks of others, for operators: preferred, or ended. */
import { z } from 'zod'
import type { App, Parts } from '../../parts.ts'
import { Problem } from '../../problems.ts'
import type { Run } from '../../run.ts'
import { RunView, runView } from '../../shapes/run.ts'
import { TaskParams, priority } from '../../shapes/task.ts'

const tags = ['operator']
const config = { scope: 'operate' } as const
const path = '/api/v1/operator/tasks/:user/:id'
/** Of one key the id of a task is its own: that of two may be the same. */
const params = TaskParams.extend({ user: z.string().min(1).max(40) })

export function operatorTasks(app: App, { bot, runs, tasks }: Parts): void {
  const found = async (user: string, id: string): Promise<Run> => {
    const run = await runs.find(user, id)
    if (run !== undefined) return run
    throw new Problem(404, 'unknown', `There is no task \`${id}\` of \`${user}\`, or it is forgotten.`)
  }

  app.patch(
    path,
    {
      config,
      schema: {
        summary: 'Changes the priority of a task of anybody’s that waits',
        tags,
        params,
        body: z.object({ priority }).strict(),
        response: { 200: RunView },
      },
    },
    async ({ caller, params: { user, id }, body }) => {
      const run = await found(user, id)
      if (!(await tasks.prefer(run, body.priority)))
        throw new Problem(409, 'conflict', 'The task waits no longer.')
      bot.log.info({ by: caller.name, user, task: id, priority: body.priority }, 'an operator moved a task')
      return runView(run.record)
    },
  )

  app.post(
    `${path}/cancel`,
    {
      config,
      schema: {
        summary: 'Ends a task of anybody’s, waiting or running',
        tags,
        params,
        body: z.object({}).strict().nullish(),
        response: { 202: RunView },
      },
    },
    async ({ caller, params: { user, id } }, reply) => {
      const run = await found(user, id)
      if (!(await tasks.cancel(run))) throw new Problem(409, 'conflict', 'The task has ended.')
      bot.log.info({ by: caller.name, user, task: id }, 'an operator ended a task')
      return reply.code(202).send(runView(run.record))
    },
  )
}
