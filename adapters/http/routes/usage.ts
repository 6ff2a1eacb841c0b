/** What was used: by day, person, model and adapter. */
import { z } from 'zod'
import type { App, Parts } from '../parts.ts'
import { UsageReport } from '../shapes/usage.ts'

const dayMs = 24 * 60 * 60 * 1000
const usualDays = 30

export function usage(app: App, { bot }: Parts): void {
  app.get(
    '/api/v1/usage',
    {
      schema: {
        summary:
          'Turns, failures, tokens, cost and durations: in all, by day (UTC), person, model and adapter',
        description: 'Of the last 30 days, unless `from` and `to` say otherwise; `of=all` is for operators.',
        tags: ['usage'],
        querystring: z.object({
          of: z.enum(['own', 'all']).default('own'),
          from: z.iso.date().exactOptional(),
          to: z.iso.date().exactOptional(),
        }),
        response: { 200: UsageReport },
      },
    },
    async ({ caller, query }) => {
      const { of, to = dayOf(Date.now()) } = query
      const { from = dayOf(Date.parse(to) - (usualDays - 1) * dayMs) } = query
      return bot.office({ id: caller.name }).usage(of, from, to)
    },
  )
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
