/** Files that Claude has sent: listed, and fetched by the key that they were sent to. */
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { App, Parts } from '../parts.ts'
import { Problem } from '../problems.ts'
import { FileView, fileView } from '../shapes/sent-file.ts'
import { iso } from '../shapes/run.ts'
import { sessionId } from '../shapes/session.ts'

const tags = ['files']
const base = '/api/v1/sent-files'

const Listed = FileView.unwrap().extend({
  session: z.string(),
  message: z.string().exactOptional(),
  at: z.iso.datetime(),
})

export function sentFiles(app: App, { bot, files }: Parts): void {
  app.get(
    base,
    {
      schema: {
        summary: 'Files that Claude has sent to this key, the newest first',
        tags,
        querystring: z.object({ session: sessionId.exactOptional() }),
        response: { 200: z.object({ files: z.array(Listed) }) },
      },
    },
    ({ caller, query: { session } }) => {
      const own = files.of(caller.name).filter((file) => session === undefined || file.session === session)
      return {
        files: own.map((file) => ({
          ...fileView(file),
          session: file.session,
          ...(file.message === undefined ? {} : { message: file.message }),
          at: iso(file.at),
        })),
      }
    },
  )

  app.get(
    `${base}/:id`,
    {
      schema: {
        summary: 'The content of a file that Claude has sent to this key',
        tags,
        produces: ['application/octet-stream'],
        params: z.object({ id: z.string().min(1).max(100) }),
      },
    },
    async ({ caller, params }, reply) => {
      const file = files.find(caller.name, params.id)
      const found = file && (await bot.files.open(file.id))
      if (found === undefined)
        throw new Problem(404, 'unknown', `There is no file \`${params.id}\`, or it is forgotten.`)
      // Whatever it is, a browser only ever saves it.
      const shown = `attachment; filename*=UTF-8''${encodeURIComponent(file?.name ?? 'file')}`
      return reply
        .type('application/octet-stream')
        .header('content-length', found.bytes)
        .header('content-disposition', shown)
        .send(Readable.fromWeb(found.stream))
    },
  )
}
