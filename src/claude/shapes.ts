/**
 * The CLI's messages, and what of them the rest of this folder uses, under names of our own. Only what a message is
 * useless without is required: a field that a version leaves out or changes must not cost a user the answer.
 */
import { z } from 'zod'
import type { TokenUsage } from './turn.ts'

const text = z.string().catch('')
const count = z.number().catch(0)
const uuids = z.array(z.string()).catch([])
/** Set when a subagent speaks: the id of the tool use that started it. */
const parent = z
  .string()
  .nullish()
  .transform((id) => id ?? undefined)

const block = z.union([
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()).catch({}),
  }),
  z.unknown().transform(() => ({ type: 'other' as const })),
])

/** A tool's result is a string, or blocks of which only text can be shown. */
const resultText = z
  .union([
    z.string(),
    z
      .array(
        z.union([
          z.object({ type: z.literal('text'), text: z.string() }),
          z.unknown().transform(() => undefined),
        ]),
      )
      .transform((blocks) => blocks.flatMap((one) => (one === undefined ? [] : [one.text])).join('\n')),
  ])
  .catch('')

const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: resultText,
  is_error: z.boolean().catch(false),
})

export const init = z
  .object({
    session_id: z.string(),
    model: text,
    tools: uuids,
    slash_commands: uuids,
    user_message_uuids: uuids,
    capabilities: uuids,
  })
  .transform((m) => ({
    kind: 'init' as const,
    sessionId: m.session_id,
    model: m.model,
    tools: m.tools,
    commands: m.slash_commands,
    uuids: m.user_message_uuids,
    /** True: every turn names the messages that it answers. */
    namesMessages: m.capabilities.includes('request_marker_lists_v1'),
  }))

export const retry = z
  .object({ attempt: count, max_retries: count, retry_delay_ms: count, error_status: z.number().nullish() })
  .transform((m) => ({
    kind: 'retry' as const,
    attempt: m.attempt,
    of: m.max_retries,
    inMs: Math.round(m.retry_delay_ms),
    status: m.error_status ?? undefined,
  }))

export const status = z
  .object({ status: z.string().nullish() })
  .transform((m) => ({ kind: m.status === 'compacting' ? ('compacting' as const) : ('nothing' as const) }))

/** What Claude left running calls itself so. */
const title = z
  .string()
  .catch('')
  .transform((said) => said.slice(0, 200).toWellFormed())

export const notification = z
  .object({ task_id: text })
  .transform((m) => ({ kind: 'notification' as const, id: m.task_id }))

export const taskStarted = z
  .object({ task_id: z.string(), description: title, is_backgrounded: z.boolean().catch(false) })
  .transform(({ task_id: id, description, is_backgrounded: apart }) =>
    apart ? { kind: 'task-started' as const, id, title: description } : { kind: 'nothing' as const },
  )

/** All that runs now. */
export const tasks = z
  .object({ tasks: z.array(z.object({ task_id: z.string(), description: title })) })
  .transform((m) => ({
    kind: 'tasks' as const,
    tasks: m.tasks.map(({ task_id: id, description }) => ({ id, title: description })),
  }))

export const nothing = z.unknown().transform(() => ({ kind: 'nothing' as const }))

export const streamEvent = z
  .object({
    parent_tool_use_id: parent,
    event: z.object({
      type: z.string(),
      content_block: z.object({ type: z.string() }).optional().catch(undefined),
      delta: z.object({ type: z.string(), text: z.string() }).optional().catch(undefined),
    }),
  })
  .transform(({ parent_tool_use_id: from, event }) => {
    if (from !== undefined) return { kind: 'nothing' as const }
    if (event.type === 'message_start') return { kind: 'message-start' as const }
    if (event.type === 'content_block_start' && event.content_block?.type === 'thinking') {
      return { kind: 'thinking' as const }
    }
    if (event.delta?.type === 'text_delta') return { kind: 'delta' as const, text: event.delta.text }
    return { kind: 'nothing' as const }
  })

export const assistant = z
  .object({
    parent_tool_use_id: parent,
    error: z.string().nullish(),
    message: z.object({ model: text, content: z.array(block).catch([]) }),
  })
  .transform((m) => ({
    kind: 'assistant' as const,
    parent: m.parent_tool_use_id,
    blocks: m.message.content,
    /** `cli`: the output of a command; `error`: the words of an error that the result brings again. */
    author:
      m.error === undefined || m.error === null
        ? m.message.model === '<synthetic>'
          ? ('cli' as const)
          : ('model' as const)
        : ('error' as const),
  }))

export const user = z
  .object({
    uuid: z.string().optional().catch(undefined),
    isReplay: z.boolean().catch(false),
    message: z.object({ content: z.unknown().optional() }),
  })
  .transform((m) => {
    if (m.isReplay && m.uuid !== undefined) return { kind: 'replay' as const, uuid: m.uuid }
    const content: unknown[] = Array.isArray(m.message.content) ? m.message.content : []
    return {
      kind: 'tool-results' as const,
      results: content.flatMap((one) => {
        const parsed = toolResult.safeParse(one)
        return parsed.success
          ? [{ id: parsed.data.tool_use_id, ok: !parsed.data.is_error, text: parsed.data.content }]
          : []
      }),
    }
  })

/** By model, of all that the CLI asked: subagents and small questions of its own, too. */
const modelUsage = z.record(
  z.string(),
  z.object({
    costUSD: count,
    inputTokens: count,
    outputTokens: count,
    cacheReadInputTokens: count,
    cacheCreationInputTokens: count,
  }),
)

function allTokens(models: z.infer<typeof modelUsage>): TokenUsage {
  const sum = (pick: (model: (typeof models)[string]) => number): number =>
    Object.values(models).reduce((all, model) => all + pick(model), 0)
  return {
    input: sum((model) => model.inputTokens),
    output: sum((model) => model.outputTokens),
    cacheRead: sum((model) => model.cacheReadInputTokens),
    cacheWrite: sum((model) => model.cacheCreationInputTokens),
  }
}

export const result = z
  .object({
    subtype: text,
    is_error: z.boolean().catch(false),
    result: text,
    errors: uuids,
    api_error_status: z.number().nullish().catch(undefined),
    terminal_reason: text,
    session_id: z.string().optional().catch(undefined),
    total_cost_usd: count,
    model_usage_since_last_result: modelUsage.optional().catch(undefined),
    modelUsage: modelUsage.catch({}),
    usage: z
      .object({
        input_tokens: count,
        output_tokens: count,
        cache_read_input_tokens: count,
        cache_creation_input_tokens: count,
      })
      .catch({
        input_tokens: 0,
        output_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 0,
      }),
    user_message_uuids: uuids,
    origin: z.object({ kind: z.string() }).optional().catch(undefined),
  })
  .transform((m) => ({
    kind: 'result' as const,
    failed: m.is_error || m.subtype !== 'success',
    subtype: m.subtype,
    text: m.result,
    errors: m.errors,
    status: m.api_error_status ?? undefined,
    aborted: m.terminal_reason.startsWith('aborted'),
    sessionId: m.session_id,
    /** Of the process up to now. */
    totalCostUsd: m.total_cost_usd,
    /** Since the last result; only newer versions tell. */
    costUsd:
      m.model_usage_since_last_result === undefined
        ? undefined
        : Object.values(m.model_usage_since_last_result).reduce((sum, model) => sum + model.costUSD, 0),
    /** All that was asked, since the last result and of the process up to now. */
    all:
      m.model_usage_since_last_result === undefined ? undefined : allTokens(m.model_usage_since_last_result),
    totalAll: allTokens(m.modelUsage),
    usage: {
      input: m.usage.input_tokens,
      output: m.usage.output_tokens,
      cacheRead: m.usage.cache_read_input_tokens,
      cacheWrite: m.usage.cache_creation_input_tokens,
    },
    uuids: m.user_message_uuids,
    /** What started the turn when no message did, e.g. `task-notification`. */
    origin: m.origin?.kind,
  }))

export const lifecycle = z
  .object({ command_uuid: z.string(), state: z.string() })
  .transform((m) => ({ kind: 'lifecycle' as const, uuid: m.command_uuid, state: m.state }))

export const controlRequest = z
  .object({ request_id: z.string(), request: z.looseObject({ subtype: z.string() }) })
  .transform((m) => ({ kind: 'request' as const, id: m.request_id, request: m.request }))

export const controlResponse = z
  .object({
    response: z.discriminatedUnion('subtype', [
      z.object({ subtype: z.literal('success'), request_id: z.string(), response: z.unknown().optional() }),
      z.object({ subtype: z.literal('error'), request_id: z.string(), error: text }),
    ]),
  })
  .transform(({ response }) => ({ kind: 'response' as const, response }))

export const withdrawal = z
  .object({ request_id: z.string() })
  .transform((m) => ({ kind: 'withdrawn' as const, id: m.request_id }))
