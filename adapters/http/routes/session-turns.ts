/** All that happens in a session, whoever asked and wherever: for whoever may see it. */
import { Following } from '../following.ts'
import type { App, Parts } from '../parts.ts'
import { SessionParams } from '../shapes/session.ts'
import { sendEvents } from '../sse.ts'

export function sessionTurns(app: App, { bot, closing }: Parts): void {
  app.get(
    '/api/v1/sessions/:id/turns',
    {
      schema: {
        summary: 'Server-sent events of all that happens in a session, whoever asked and wherever',
        description:
          '`turn` one begins, `view` as it stands, `said` a reply, `file`, `permission`, `settled`. From now on; first the turn that runs.',
        tags: ['sessions'],
        produces: ['text/event-stream'],
        params: SessionParams,
      },
    },
    async ({ caller, params }, reply) => {
      const office = bot.office({ id: caller.name })
      await office.session(params.id)
      const following = new Following(office, params.id, caller.name)
      await sendEvents(reply, (signal) => following.events(signal), closing)
    },
  )
}
