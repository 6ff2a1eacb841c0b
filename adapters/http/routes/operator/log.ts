/** The last lines of the log, and those to come. */
import { z } from 'zod'
import type { LogLine } from '../../../../src/contract.ts'
import { EventLog } from '../../event-log.ts'
import type { App, Parts } from '../../parts.ts'
import { iso } from '../../shapes/run.ts'
import { sendEvents, wantsEvents } from '../../sse.ts'

const Line = z.object({
  at: z.iso.datetime(),
  level: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).readonly(),
})

export function operatorLog(app: App, { bot, closing }: Parts): void {
  app.get(
    '/api/v1/operator/log',
    {
      config: { scope: 'operate' },
      schema: {
        summary: 'The last lines of the log, oldest first; secrets and what people wrote are taken out',
        description: 'With `Accept: text/event-stream` those, and each that follows, as events `line`.',
        tags: ['operator'],
        produces: ['text/event-stream'],
        querystring: z.object({ limit: z.coerce.number().int().min(0).max(500).default(100) }),
        response: { 200: z.object({ lines: z.array(Line) }) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request
      const operating = bot.operating({ id: caller.name })
      if (!wantsEvents(request)) return { lines: (await operating.log(query.limit)).map(lineOf) }
      // Whoever reads slowly loses the oldest: a log is written on, whoever reads it.
      const lines = new EventLog()
      for (const line of await operating.log(query.limit)) lines.push('line', lineOf(line))
      await sendEvents(reply, (signal) => following(signal), closing)
      return undefined

      async function* following(signal: AbortSignal): ReturnType<EventLog['after']> {
        await operating.follow((line) => lines.push('line', lineOf(line)), signal)
        yield* lines.after(0, signal)
      }
    },
  )
}

function lineOf({ at, ...line }: LogLine): z.infer<typeof Line> {
  return { ...line, at: iso(at) }
}
