/** The answer as OpenAI's chat completions have it: whole, or in chunks. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Figures, Told } from './telling.ts'

const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })

export const Completion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  /** Seconds since 1970. */
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: z.literal('stop'),
    }),
  ),
  usage: Usage,
})

function usageOf(figures: Figures | undefined): z.infer<typeof Usage> {
  const { inputTokens: prompt_tokens = 0, outputTokens: completion_tokens = 0 } = figures ?? {}
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
}

function head(model: string): { readonly id: string; readonly created: number; readonly model: string } {
  return { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model }
}

/** Undefined: it came to no end. */
export async function wholeOf(
  model: string,
  telling: AsyncIterable<Told>,
): Promise<z.infer<typeof Completion> | undefined> {
  let content = ''
  for await (const part of telling) {
    if (part.type === 'text') {
      content += part.text
      continue
    }
    const message = { role: 'assistant' as const, content, refusal: null }
    const choice = { index: 0, message, logprobs: null, finish_reason: 'stop' as const }
    const usage = usageOf(part.type === 'answered' ? part.figures : undefined)
    return { ...head(model), object: 'chat.completion', choices: [choice], usage }
  }
  return undefined
}

/** Each is the data of one event; `[DONE]` is the last. `includeUsage`: one chunk more tells it. */
export async function* chunksOf(
  model: string,
  telling: AsyncIterable<Told>,
  includeUsage: boolean,
): AsyncGenerator<string, void> {
  const base = { ...head(model), object: 'chat.completion.chunk' }
  const more = includeUsage ? { usage: null } : {}
  const chunk = (delta: object, finish: 'stop' | null = null): string =>
    JSON.stringify({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...more,
    })
  yield chunk({ role: 'assistant', content: '' })
  for await (const part of telling) {
    if (part.type === 'text') {
      yield chunk({ content: part.text })
      continue
    }
    yield chunk({}, 'stop')
    const usage = usageOf(part.type === 'answered' ? part.figures : undefined)
    if (includeUsage) yield JSON.stringify({ ...base, choices: [], usage })
    yield '[DONE]'
  }
}
