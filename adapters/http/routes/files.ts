/** Files of a session's workspace, within its walls. */
import { Readable } from 'node:stream'
import multipart from '@fastify/multipart'
import { z } from 'zod'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import { Entry } from '../shapes/file.ts'
import { iso } from '../shapes/run.ts'
import { SessionParams } from '../shapes/session.ts'

const tags = ['files']
const path = '/api/v1/sessions/:id/files'

export async function files(app: App, parts: Parts): Promise<void> {
  // By themselves: no other route is to read forms, which a page elsewhere may send without being asked for leave.
  await app.register((scope: App) => add(scope, parts))
}

async function add(app: App, { bot }: Parts): Promise<void> {
  // The core weighs a file while it comes, by the operator's `files.maxBytes`.
  const limits = { fileSize: Number.MAX_SAFE_INTEGER, files: 1, fields: 0, parts: 2 }
  await app.register(multipart, { limits })

  app.get(
    path,
    {
      schema: {
        summary: 'What lies in a folder of the workspace',
        tags,
        params: SessionParams,
        querystring: z.object({ folder: z.string().max(4096).default('.') }),
        response: { 200: z.object({ entries: z.array(Entry) }) },
      },
    },
    async ({ caller, params, query }) => {
      const entries = await bot.office({ id: caller.name }).files(params.id, query.folder)
      return { entries: entries.map(({ changedAt, ...entry }) => ({ ...entry, changedAt: iso(changedAt) })) }
    },
  )

  app.get(
    `${path}/*`,
    {
      schema: {
        summary: 'The content of a file; the rest of the path is its own, from the workspace on',
        tags,
        produces: ['application/octet-stream'],
        params: SessionParams.extend({ '*': z.string().min(1).max(4096) }),
      },
    },
    async ({ caller, params }, reply) => {
      const found = await bot.office({ id: caller.name }).readFile(params.id, params['*'])
      const { name, bytes, stream } = found
      // Whatever it is, a browser only ever saves it.
      const shown = `attachment; filename*=UTF-8''${encodeURIComponent(name)}`
      return reply
        .type('application/octet-stream')
        .header('content-length', bytes)
        .header('content-disposition', shown)
        .send(Readable.fromWeb(stream))
    },
  )

  app.post(
    path,
    {
      schema: {
        summary: 'Puts a file (multipart/form-data) into the folder inbox of the workspace',
        description: 'Claude reads it when a message names it: `@inbox/report.pdf`.',
        tags,
        consumes: ['multipart/form-data'],
        params: SessionParams,
        response: { 201: z.object({ path: z.string(), bytes: z.int() }) },
      },
    },
    async (request, reply) => {
      const { caller, params } = request
      const office = bot.office({ id: caller.name })
      await office.session(params.id)
      // A form without the line that parts it, and the like.
      const file = await request.file().catch((error: unknown) => {
        if (error instanceof Error && 'statusCode' in error) throw error
        throw new Problem(400, 'invalid', `This is no form: ${error instanceof Error ? error.message : ''}`)
      })
      if (file === undefined) {
        const message = 'Send a file, as multipart/form-data.'
        throw new Problem(400, 'invalid', message, { fields: [{ field: 'file', message }] })
      }
      const stream = Readable.toWeb(file.file)
      return reply.code(201).send(await office.writeFile(params.id, { name: file.filename, stream }))
    },
  )
}
