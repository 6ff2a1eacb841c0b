/** Answers what the CLI asks on its own account. Directives in quoted text have no say here, and no failure is counted. Pure. */
import { z } from 'zod'
import type { MessagesRequest } from './api.ts'
import { rawTexts, type Conversation } from './conversation.ts'
import { writeSummary } from './wrapping.ts'

const StructuredOutput = z.looseObject({
  output_config: z.looseObject({
    format: z.looseObject({
      schema: z.looseObject({
        properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })),
      }),
    }),
  }),
})

const samples: Readonly<Record<string, unknown>> = {
  boolean: false,
  integer: 0,
  number: 0,
  array: [],
  object: {},
}

/** The text of the answer; undefined when it is people who ask. */
export function sideAnswer(request: MessagesRequest, conversation: Conversation): string | undefined {
  // The quota check: it wants the headers only.
  if (request.max_tokens === 1) return 'ok'
  const last = request.messages.at(-1)
  const asked = last === undefined ? [] : rawTexts(last)
  if (asked.some((text) => text.includes('Your task is to create a detailed summary of'))) {
    return writeSummary(conversation.texts)
  }
  // Titles and the like are asked for as JSON.
  const structured = StructuredOutput.safeParse(request).data
  if (structured === undefined) return undefined
  const properties = Object.entries(structured.output_config.format.schema.properties)
  return JSON.stringify(
    Object.fromEntries(
      properties.map(([name, { type }]) => [name, samples[type ?? 'string'] ?? 'Small talk']),
    ),
  )
}
