/** Sessions: made, listed, looked at, forked, forgotten. What changes one is in session-changes.ts. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
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
const params = SessionParams
const base = '/api/v1/sessions'

const schemas = {
  make: { summary: 'Makes a session', tags, body: NewSession, response: { 201: Session } },
  fork: {
    summary: 'Makes another session that goes on from where this one is',
    tags,
    params,
    body: NewSession.pick({ id: true, name: true }).strict(),
    response: { 201: Session },
  },
  list: {
    summary: 'Lists sessions, the one used last first',
    tags,
    // Whoever may not see them all is told so.
    querystring: z.object({
      of: z.enum(['own', 'all']).default('own'),
      /** Absent: all of them. */
      limit: z.coerce.number().int().min(1).max(1000).exactOptional(),
    }),
    response: { 200: z.object({ sessions: z.array(Session) }) },
  },
  available: {
    summary: 'Lists the transcripts that lie on disk, to resume one',
    tags,
    response: { 200: z.object({ transcripts: z.array(Available) }) },
  },
  one: { summary: 'One session', tags, params, response: { 200: Session } },
  history: {
    summary: 'What was said last, oldest first',
    tags,
    params,
    querystring: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(50) }),
    response: { 200: z.object({ lines: z.array(Line) }) },
  },
  forget: {
    summary: 'Ends and forgets a session and its history; transcript and files stay',
    tags,
    params,
    response: { 204: z.null() },
  },
} as const

export function sessions(app: App, parts: Parts): void {
  making(app, parts)
  looking(app, parts)
  app.delete(`${base}/:id`, { schema: schemas.forget }, async (request, reply) => {
    await parts.bot.office({ id: request.caller.name }).forget(request.params.id)
    return reply.code(204).send(null)
  })
}

function making(app: App, { bot }: Parts): void {
  app.post(base, { schema: schemas.make }, async ({ caller, body }, reply) => {
    const { id = randomUUID(), ...wish } = body
    const made = await bot.office({ id: caller.name }).create({ ...wish, id })
    return reply.code(201).header('location', `${base}/${id}`).send(sessionOf(made))
  })

  app.post(`${base}/:id/fork`, { schema: schemas.fork }, async (request, reply) => {
    const { caller, body } = request
    const { id = randomUUID(), name } = body
    const into = { id, ...(name === undefined ? {} : { name }) }
    const made = await bot.office({ id: caller.name }).fork(request.params.id, into)
    return reply.code(201).header('location', `${base}/${id}`).send(sessionOf(made))
  })
}

function looking(app: App, { bot }: Parts): void {
  app.get(base, { schema: schemas.list }, async ({ caller, query }) => ({
    sessions: (await bot.office({ id: caller.name }).sessions(query.of, query.limit)).map(sessionOf),
  }))

  app.get(`${base}/available`, { schema: schemas.available }, async ({ caller }) => ({
    transcripts: (await bot.office({ id: caller.name }).transcripts()).map(availableOf),
  }))

  app.get(`${base}/:id`, { schema: schemas.one }, async (request) =>
    sessionOf(await bot.office({ id: request.caller.name }).session(request.params.id)),
  )

  app.get(`${base}/:id/history`, { schema: schemas.history }, async (request) => {
    const { caller, query } = request
    const lines = await bot.office({ id: caller.name }).history(request.params.id, query.limit)
    return { lines: lines.map(lineOf) }
  })
}
