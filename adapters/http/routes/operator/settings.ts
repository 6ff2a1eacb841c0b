/** Settings of the running bot: shown to operators, changed by admins. */
import { z } from 'zod'
import type { App, Parts } from '../../parts.ts'

const tags = ['operator']
const path = '/api/v1/operator/settings'

const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()])
const Setting = z.object({
  key: z.string(),
  /** As in config.yaml; absent: it is not set. */
  value: Value.exactOptional(),
  /** True: a change holds at once; false: from the next start on. */
  live: z.boolean(),
  /** False: it is changed in the config file alone. */
  editable: z.boolean(),
  /** What stands in the file by now, where that waits for a restart. */
  waiting: Value.exactOptional(),
})

export function operatorSettings(app: App, { bot }: Parts): void {
  app.get(
    path,
    {
      config: { scope: 'operate' },
      schema: {
        summary: 'The settings of the bot, without secrets and the blocks of adapters',
        tags,
        response: { 200: z.object({ settings: z.array(Setting).readonly() }) },
      },
    },
    async ({ caller }) => ({ settings: await bot.operating({ id: caller.name }).settings() }),
  )

  app.patch(
    path,
    {
      config: { scope: 'admin' },
      schema: {
        summary:
          'Changes a setting in the config file, after the checks of a start; it is read again at once',
        tags,
        body: z
          .object({
            key: z.string().min(1).max(200),
            /** null: as if it was never written. */
            value: z.union([z.string().max(500), z.number(), z.boolean()]).nullable(),
          })
          .strict(),
        response: { 200: Setting },
      },
    },
    ({ caller, body: { key, value } }) =>
      bot.operating({ id: caller.name }).change(key, value === null ? undefined : value),
  )
}
