/** What can be chosen, and what the caller may do. */
import manifest from '../../../package.json' with { type: 'json' }
import type { App, Parts } from '../parts.ts'
import { Info } from '../shapes/info.ts'

export function info(app: App, { bot }: Parts): void {
  app.get(
    '/api/v1/info',
    {
      schema: { summary: 'What can be chosen here, and who asks', tags: ['system'], response: { 200: Info } },
    },
    async ({ caller }) => ({
      ...(await bot.office({ id: caller.name }).possibilities()),
      version: manifest.version,
      person: `http:${caller.name}`,
      scope: caller.scope,
      commands: bot.commands.map(({ name, usage, summary, when }) => ({
        name,
        usage,
        summary,
        ...(when === undefined ? {} : { when }),
      })),
    }),
  )
}
