/** Sessions: made, listed, looked at, renamed, forked, forgotten. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { obey } from '../obey.ts'
import type { App, Parts } from '../parts.ts'
import {
  Available,
  Line,
  NewSession,
  Session,
  SessionParams,
  availableOf,
  lineOf,
  sessionOf,
} from '../shapes/session.ts'

const tags = ['sessions']
const base = '/api/v1/sessions'

export function sessions(app: App, parts: Parts): void {
  const { bot } = parts
  const office = ({ caller }: { readonly caller: { readonly name: string } }) =>
    bot.office({ id: caller.name })

  app.post(
    base,
    { schema: { summary: 'Makes a session', tags, body: NewSession, response: { 201: Session } } },
    async (request, reply) => {
      const { id = randomUUID(), ...wish } = request.body
      const made = await office(request).create({ ...wish, id })
      return reply.code(201).header('location', `${base}/${id}`).send(sessionOf(made))
    },
  )

  app.get(
    base,
    {
      schema: {
        summary: 'Lists sessions, the one used last first',
        tags,
        // Whoever may not see them all is told so.
        querystring: z.object({ of: z.enum(['own', 'all']).default('own') }),
        response: { 200: z.object({ sessions: z.array(Session) }) },
      },
    },
    async (request) => ({ sessions: (await office(request).sessions(request.query.of)).map(sessionOf) }),
  )

  app.get(
    `${base}/available`,
    {
      schema: {
        summary: 'Lists the transcripts that lie on disk, to resume one',
        tags,
        response: { 200: z.object({ transcripts: z.array(Available) }) },
      },
    },
    async (request) => ({ transcripts: (await office(request).transcripts()).map(availableOf) }),
  )

  app.get(
    `${base}/:id`,
    { schema: { summary: 'One session', tags, params: SessionParams, response: { 200: Session } } },
    async (request) => sessionOf(await office(request).session(request.params.id)),
  )

  app.delete(
    `${base}/:id`,
    {
      schema: {
        summary: 'Ends and forgets a session and its history; transcript and files stay',
        tags,
        params: SessionParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await office(request).forget(request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.get(
    `${base}/:id/history`,
    {
      schema: {
        summary: 'What was said last, oldest first',
        tags,
        params: SessionParams,
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
        response: { 200: z.object({ lines: z.array(Line) }) },
      },
    },
    async (request) => {
      const lines = await office(request).history(request.params.id, request.query.limit)
      return { lines: lines.map(lineOf) }
    },
  )

  app.post(
    `${base}/:id/fork`,
    {
      schema: {
        summary: 'Makes another session that goes on from where this one is',
        tags,
        params: SessionParams,
        body: NewSession.pick({ id: true, name: true }).strict(),
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      const { id = randomUUID(), name } = request.body
      const made = await office(request).fork(request.params.id, {
        id,
        ...(name === undefined ? {} : { name }),
      })
      return reply.code(201).header('location', `${base}/${id}`).send(sessionOf(made))
    },
  )

  app.post(
    `${base}/:id/interrupt`,
    {
      schema: {
        summary: 'Ends the running turn',
        tags,
        params: SessionParams,
        body: z.object({}).strict().nullish(),
        response: { 200: z.object({ interrupted: z.boolean() }) },
      },
    },
    async (request) => ({ interrupted: await office(request).interrupt(request.params.id) }),
  )

  const change = (path: string, field: string, summary: string, command: string, body: z.ZodObject): void => {
    app.put(
      `${base}/:id/${path}`,
      { schema: { summary, tags, params: SessionParams, body: body.strict(), response: { 200: Session } } },
      async (request) => {
        const { params, caller } = request
        const value = z.record(z.string(), z.string().nullable()).parse(request.body)[field] ?? 'default'
        await obey(parts, { user: caller.name, session: params.id }, `/${command} ${value}`, field)
        return sessionOf(await office(request).session(params.id))
      },
    )
  }
  const text = z.string().min(1).max(120)
  const inOrder = 'in its order, behind the messages before it'
  change('name', 'name', `Renames a session, ${inOrder}`, 'rename', z.object({ name: text }))
  change(
    'model',
    'model',
    `Chooses the model, ${inOrder}; null: as configured`,
    'model',
    z.object({ model: text.nullable() }),
  )
  change(
    'permission-mode',
    'mode',
    `Chooses the permission mode, ${inOrder}`,
    'mode',
    z.object({ mode: text }),
  )
}
