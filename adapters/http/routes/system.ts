/** Is it alive, is it ready, what can it do. */
import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { App, Parts } from '../parts.ts'

const Health = z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() })
const Ready = z.object({
  ready: z.boolean(),
  version: z.string(),
  uptimeSeconds: z.number(),
  checks: z
    .array(z.object({ ok: z.boolean(), what: z.string(), advice: z.string().exactOptional() }))
    .readonly(),
})

function about(): { version: string; uptimeSeconds: number } {
  return { version: manifest.version, uptimeSeconds: Math.round(process.uptime()) }
}

export function system(app: App, { bot, closing }: Parts): void {
  const open = { open: true, rateLimit: false } as const

  app.get(
    '/health',
    {
      config: open,
      schema: { summary: 'Is the process alive?', tags: ['system'], security: [], response: { 200: Health } },
    },
    () => ({ status: 'ok' as const, ...about() }),
  )

  app.get(
    '/ready',
    {
      config: open,
      schema: {
        summary: 'Is all there that a message needs?',
        tags: ['system'],
        security: [],
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const found = await bot.readiness()
      const ready = !closing.aborted && found.every(({ ok }) => ok)
      // What is wrong in particular is for the log: anybody can ask this.
      const checks = found.map(({ ok, what }) => ({ ok, what }))
      for (const finding of found) if (!finding.ok) bot.log.warn({ finding }, 'the bot is not ready')
      return reply.code(ready ? 200 : 503).send({ ready, ...about(), checks })
    },
  )

  app.get('/openapi.json', { config: open, schema: { hide: true } }, () => app.swagger())
}
