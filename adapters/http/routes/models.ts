/** The models that can be asked for, in a form that the clients of OpenAI and of Anthropic read. */
import { z } from 'zod'
import { openaiError, speaking } from '../dialects.ts'
import { ownModel } from '../openai/completing.ts'
import type { App, Parts } from '../parts.ts'
import { Problem } from '../problems.ts'

const Model = z.object({
  id: z.string(),
  object: z.literal('model'),
  /** Seconds since 1970. */
  created: z.int(),
  owned_by: z.string(),
  type: z.literal('model'),
  display_name: z.string(),
  created_at: z.iso.datetime(),
})
const Models = z.object({
  object: z.literal('list'),
  data: z.array(Model),
  has_more: z.literal(false),
  first_id: z.string(),
  last_id: z.string(),
})

/** Nobody tells since when they are there. */
const since = Date.UTC(2026, 0, 1)

function modelOf(id: string): z.infer<typeof Model> {
  return {
    id,
    object: 'model',
    created: since / 1000,
    owned_by: 'parley',
    type: 'model',
    display_name: id,
    created_at: new Date(since).toISOString(),
  }
}

export async function models(app: App, { bot, settings }: Parts): Promise<void> {
  const names = [...new Set([ownModel, ...settings.models, ...(settings.gateway?.models ?? [])])]
  const tags = ['openai']
  await speaking(app, bot.log, openaiError, (scope) => {
    scope.get(
      '/v1/models',
      { schema: { summary: `Models; \`${ownModel}\`: as configured`, tags, response: { 200: Models } } },
      () => ({
        object: 'list' as const,
        data: names.map(modelOf),
        has_more: false as const,
        first_id: ownModel,
        last_id: names.at(-1) ?? ownModel,
      }),
    )
    scope.get(
      '/v1/models/:model',
      {
        schema: {
          summary: 'One of the models',
          tags,
          params: z.object({ model: z.string().max(120) }),
          response: { 200: Model },
        },
      },
      ({ params }) => {
        if (names.includes(params.model)) return modelOf(params.model)
        throw new Problem(404, 'unknown', `There is no model \`${params.model}\`.`)
      },
    )
  })
}
