/** The bot's figures for Prometheus, where they are wanted. */
import type { App, Parts } from '../parts.ts'

export async function metrics(app: App, parts: Parts): Promise<void> {
  const { metrics: wanted } = parts.settings
  if (wanted === undefined) return
  const { makeMetrics } = await import('../metrics.ts')
  const registry = makeMetrics(app, parts)
  app.get(
    '/metrics',
    {
      config: { rateLimit: false, ...(wanted.open ? { open: true } : { scope: 'operate' }) },
      schema: {
        summary:
          'Figures for Prometheus: requests, turns, tasks, tokens, cost, queue, deliveries, event loop',
        tags: ['system'],
        produces: ['text/plain'],
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  )
}
