/** The part of the Anthropic Messages API that the stand-in speaks: what it accepts, and how it refuses. */
import { z } from 'zod'
import { canBeDecoded } from './pictures.ts'

const Text = z.looseObject({ type: z.literal('text'), text: z.string() })
const ToolUse = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
})
const ToolResult = z.looseObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z
    .union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
    .optional(),
  is_error: z.boolean().nullish(),
})
const known = new Set(['text', 'tool_use', 'tool_result'])
const Other = z.looseObject({ type: z.string().refine((type) => !known.has(type)) })
const Content = z.union([Text, ToolUse, ToolResult, Other])

const RequestMessage = z.looseObject({
  // `system` stands in the middle of a conversation: the CLI sends its environment notes so.
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(Content)]),
})
export type RequestMessage = z.infer<typeof RequestMessage>

const TokenCountRequest = z.looseObject({
  model: z.string().min(1),
  messages: z.array(RequestMessage).min(1),
  system: z.union([z.string(), z.array(Text)]).optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
})

const MessagesRequest = TokenCountRequest.extend({
  max_tokens: z.int().positive(),
  stream: z.boolean().optional(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).optional(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>

export type TokenCountRequest = z.infer<typeof TokenCountRequest>

/** The body as a request, if it is one. */
export function looseRequest(body: unknown): TokenCountRequest | undefined {
  return TokenCountRequest.safeParse(body).data
}

/** A refusal, with the HTTP status that it is sent under. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** Seconds, for the `retry-after` header. */
  readonly retryAfter: number | undefined

  constructor(status: number, message: string, retryAfter?: number) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

/** The body of an error answer. */
export function errorBody(error: ApiError, requestId: string): object {
  const type = errorTypes[error.status] ?? (error.status < 500 ? 'invalid_request_error' : 'api_error')
  return { type: 'error', error: { type, message: error.message }, request_id: requestId }
}

/** Parses the body of POST /v1/messages. @throws ApiError 400, naming the first field that is wrong. */
export function parseMessagesRequest(body: unknown): MessagesRequest {
  const request = parse(MessagesRequest, body)
  checkToolPairs(request.messages)
  checkPictures(request.messages)
  return request
}

/** Checks the body of POST /v1/messages/count_tokens. @throws ApiError 400 */
export function checkTokenCountRequest(body: unknown): void {
  parse(TokenCountRequest, body)
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  if (body === undefined) throw new ApiError(400, 'The request body is not valid JSON')
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new ApiError(400, issue === undefined ? 'invalid body' : `${issue.path.join('.')}: ${issue.message}`)
}

/** The API wants every tool_use answered in the very next turn, and nothing answered that was not asked. */
function checkToolPairs(messages: readonly RequestMessage[]): void {
  let asked = new Set<string>()
  const turns = messages.filter((message) => message.role !== 'system')
  for (const [index, message] of turns.entries()) {
    const results = idsOf(message, 'tool_result')
    const stray = [...results].find((id) => !asked.has(id))
    if (stray !== undefined) {
      throw new ApiError(
        400,
        `messages.${index}: unexpected tool_use_id found in tool_result blocks: ${stray}`,
      )
    }
    const missing = [...asked].find((id) => !results.has(id))
    if (missing !== undefined) {
      throw new ApiError(
        400,
        `messages.${index}: tool_use ids were found without tool_result blocks: ${missing}`,
      )
    }
    asked = idsOf(message, 'tool_use')
  }
}

const Picture = z.looseObject({
  type: z.literal('image'),
  source: z.looseObject({ type: z.literal('base64'), data: z.string() }),
})

/** The API looks into every picture of the whole conversation, each time. */
function checkPictures(messages: readonly RequestMessage[]): void {
  for (const [index, { content }] of messages.entries()) {
    if (typeof content === 'string') continue
    for (const [at, block] of content.entries()) {
      const { data: found } = Picture.safeParse(block)
      if (found === undefined || canBeDecoded(Buffer.from(found.source.data, 'base64'))) continue
      throw new ApiError(400, `messages.${index}.content.${at}.image.source.base64: Could not process image`)
    }
  }
}

function idsOf(message: RequestMessage, type: 'tool_use' | 'tool_result'): Set<string> {
  if (typeof message.content === 'string') return new Set()
  const ids = message.content
    .filter((block) => block.type === type)
    .map((block) => (type === 'tool_use' ? block.id : block.tool_use_id))
  return new Set(ids.map(String))
}
