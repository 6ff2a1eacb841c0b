/** What can be chosen, and what the caller may do. */
import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { App, Parts } from '../parts.ts'

const Info = z.object({
  version: z.string(),
  /** The person that the key is. */
  person: z.string(),
  scope: z.enum(['chat', 'operate', 'admin']),
  rights: z.array(z.string()).readonly(),
  model: z.string().exactOptional(),
  permissionMode: z.string(),
  permissionModes: z.array(z.string()).readonly(),
  efforts: z.array(z.string()).readonly(),
  projects: z.array(z.string()).readonly(),
  commands: z
    .array(
      z
        .object({
          name: z.string(),
          usage: z.string(),
          summary: z.string(),
          /** At once, in its order behind the messages before it, as a turn of Claude's, or beside one. */
          when: z.enum(['now', 'in-order', 'turn', 'aside']).exactOptional(),
        })
        .readonly(),
    )
    .readonly(),
})

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
