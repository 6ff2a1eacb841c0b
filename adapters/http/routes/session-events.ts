/** What happens in a session besides the answers that somebody waits for. */
import type { App, Parts } from '../parts.ts'
import { SessionParams } from '../shapes/session.ts'
import { lastSeen, sendEvents } from '../sse.ts'

export function sessionEvents(app: App, { bot, outbound, closing }: Parts): void {
  app.get(
    '/api/v1/sessions/:id/events',
    {
      schema: {
        summary: 'Server-sent events of a session, from now on',
        tags: ['sessions'],
        produces: ['text/event-stream'],
        params: SessionParams,
      },
    },
    async (request, reply) => {
      const { caller, params } = request
      await bot.office({ id: caller.name }).session(params.id)
      const seen = lastSeen(request)
      const events = (signal: AbortSignal) => outbound.feeds.watch(caller.name, params.id, seen, signal)
      await sendEvents(reply, events, closing)
    },
  )
}
