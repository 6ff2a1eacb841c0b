/** What happens in a task, live: as server-sent events or over a WebSocket, from any event on. */
import websocket from '@fastify/websocket'
import { z } from 'zod'
import type { LoggedEvent } from '../event-log.ts'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import { TaskParams } from '../shapes/task.ts'
import { lastSeen, sendEvents } from '../sse.ts'

/** Nothing is read: what comes is a ping, or a mistake. */
const mostBytes = 1024

const Query = z.object({
  /** Id of the last event that was seen, as `Last-Event-ID` says it. */
  after: z.coerce.number().int().min(0).exactOptional(),
})

export async function taskEvents(app: App, { runs, closing }: Parts): Promise<void> {
  await app.register(websocket, { options: { maxPayload: mostBytes } })
  app.route({
    method: 'GET',
    url: '/api/v1/tasks/:id/events',
    schema: {
      summary: 'The events of a task as they happen',
      description:
        'Server-sent events; over a WebSocket the same, each a JSON object `{id, type, data}`. `Last-Event-ID`, or `after`, resumes.',
      tags: ['tasks'],
      produces: ['text/event-stream'],
      params: TaskParams,
      querystring: Query,
    },
    handler: async (request, reply) => {
      const { caller, params, query } = request
      const run = await runs.find(caller.name, params.id)
      if (run === undefined) throw unknown(params.id)
      const after = query.after ?? lastSeen(request)
      await sendEvents(reply, (signal) => run.events.after(after, signal), closing)
    },
    wsHandler: async (socket, request) => {
      const { caller } = request
      const gone = new AbortController()
      socket.on('close', () => gone.abort())
      socket.on('error', () => gone.abort())
      const { id } = TaskParams.parse(request.params)
      const { after = lastSeen(request) } = Query.parse(request.query)
      const run = await runs.find(caller.name, id)
      if (run === undefined) return socket.close(4404, unknown(id).message)
      const signal = AbortSignal.any([gone.signal, closing])
      for await (const event of run.events.after(after, signal)) {
        // Resolves when it is on its way: a slow reader is waited for, and costs no memory.
        await new Promise<void>((resolve) => {
          socket.send(framed(event), () => resolve())
        })
      }
      socket.close(closing.aborted ? 1001 : 1000)
    },
  })
}

function framed({ id, type, data }: LoggedEvent): string {
  return `{"id":${id},"type":${JSON.stringify(type)},"data":${data}}`
}

function unknown(id: string): Problem {
  return new Problem(404, 'unknown', `There is no task \`${id}\`, or it is forgotten.`)
}
