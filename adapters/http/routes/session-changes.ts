/** What changes a session: the same commands that people have, in their order among the messages; and the interrupt. */
import { z } from 'zod'
import { obey } from '../obey.ts'
import type { App, Parts } from '../parts.ts'
import { Session, SessionParams, sessionOf } from '../shapes/session.ts'

const tags = ['sessions']
const params = SessionParams
const base = '/api/v1/sessions/:id'

const text = z.string().min(1).max(120)
const inOrder = 'in its order, behind the messages before it'

const schemas = {
  interrupt: {
    summary: 'Ends the running turn',
    tags,
    params,
    body: z.object({}).strict().nullish(),
    response: { 200: z.object({ interrupted: z.boolean() }) },
  },
  name: {
    summary: `Renames a session, ${inOrder}`,
    tags,
    params,
    body: z.object({ name: text }).strict(),
    response: { 200: Session },
  },
  model: {
    summary: `Chooses the model, ${inOrder}; null: as configured`,
    tags,
    params,
    body: z.object({ model: text.nullable() }).strict(),
    response: { 200: Session },
  },
  mode: {
    summary: `Chooses the permission mode, ${inOrder}`,
    tags,
    params,
    body: z.object({ mode: text }).strict(),
    response: { 200: Session },
  },
} as const

export function sessionChanges(app: App, parts: Parts): void {
  const change = async (user: string, session: string, command: string, field: string): Promise<Session> => {
    await obey(parts, { user, session }, command, field)
    return sessionOf(await parts.bot.office({ id: user }).session(session))
  }

  app.post(`${base}/interrupt`, { schema: schemas.interrupt }, async (request) => ({
    interrupted: await parts.bot.office({ id: request.caller.name }).interrupt(request.params.id),
  }))

  app.put(`${base}/name`, { schema: schemas.name }, (request) =>
    change(request.caller.name, request.params.id, `/rename ${request.body.name}`, 'name'),
  )

  app.put(`${base}/model`, { schema: schemas.model }, (request) =>
    change(request.caller.name, request.params.id, `/model ${request.body.model ?? 'default'}`, 'model'),
  )

  app.put(`${base}/permission-mode`, { schema: schemas.mode }, (request) =>
    change(request.caller.name, request.params.id, `/mode ${request.body.mode}`, 'mode'),
  )
}
