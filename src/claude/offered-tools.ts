/** Tools that the bot itself offers to Claude: an MCP server without a process, over the control channel. */
import { z } from 'zod'
import type { Log } from '../contract.ts'

/** The server's name: its tools are called `mcp__chat__<name>`, and need no approval. */
export const offeredServer = 'chat'

export interface OfferedTool {
  readonly name: string
  /** For Claude: when to use it, and what happens then. */
  readonly description: string
  /** JSON Schema of what it takes. */
  readonly inputSchema: object
  /** Resolves with what Claude is told. Throws {@link ToolRefusal} where it is Claude's turn to do something about it. */
  call(input: unknown, signal: AbortSignal): Promise<string>
}

/** What Claude is told in place of a result. */
export class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal'
}

/** A tool that takes what the schema describes. */
export function offerTool<T>(
  name: string,
  description: string,
  input: z.ZodType<T>,
  run: (input: T, signal: AbortSignal) => Promise<string>,
): OfferedTool {
  return {
    name,
    description,
    inputSchema: schemaOf(input),
    call: (given, signal) => {
      const parsed = input.safeParse(given)
      if (!parsed.success) throw new ToolRefusal(z.prettifyError(parsed.error))
      return run(parsed.data, signal)
    },
  }
}

/** Every conversation offers the same tools, and working a schema out takes longer than a message may. */
const schemas = new WeakMap<z.ZodType, object>()

function schemaOf(input: z.ZodType): object {
  const schema = schemas.get(input) ?? z.toJSONSchema(input)
  schemas.set(input, schema)
  return schema
}

/** The tools of one session. */
export interface OfferedTools {
  /** Answers one message of the CLI. Never rejects. */
  readonly answer: (requestId: string, request: unknown) => Promise<object>
  /** The CLI no longer wants this answer. */
  readonly withdraw: (requestId: string) => void
}

const Request = z.object({
  server_name: z.literal(offeredServer),
  message: z.object({
    id: z.union([z.string(), z.number()]).optional(),
    method: z.string(),
    params: z.record(z.string(), z.unknown()).catch({}),
  }),
})
const Call = z.object({ name: z.string(), arguments: z.unknown().optional() })
const Greeting = z.object({ protocolVersion: z.string().catch('2025-06-18') })

const unknownMethod = -32601
const invalidRequest = -32600

export function createOfferedTools(tools: readonly OfferedTool[], log: Log): OfferedTools {
  const running = new Map<string, AbortController>()

  const call = async (requestId: string, params: unknown): Promise<object> => {
    const { name, arguments: input = {} } = Call.parse(params)
    const tool = tools.find((each) => each.name === name)
    if (tool === undefined) return told(`There is no tool ${name} here.`, true)
    const controller = new AbortController()
    running.set(requestId, controller)
    try {
      return told(await tool.call(input, controller.signal), false)
    } catch (error) {
      if (error instanceof ToolRefusal) return told(error.message, true)
      log.error({ err: error, tool: name }, 'a tool that Parley offers to Claude failed')
      return told(`${name} failed for a reason of its own; the operator finds it in the log.`, true)
    } finally {
      running.delete(requestId)
    }
  }

  const resultOf = async (
    requestId: string,
    method: string,
    params: unknown,
  ): Promise<object | undefined> => {
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: Greeting.parse(params).protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: offeredServer, version: '1' },
        }
      case 'tools/list':
        return { tools: tools.map(listed) }
      case 'tools/call':
        return call(requestId, params)
      case 'ping':
        return {}
      default:
        return undefined
    }
  }

  return {
    async answer(requestId, request) {
      const parsed = Request.safeParse(request)
      if (!parsed.success) return { mcp_response: failure(0, invalidRequest, 'not a request to this server') }
      const { id, method, params } = parsed.data.message
      // A notification wants no answer, but the control request that carries it does.
      if (id === undefined) return { mcp_response: { jsonrpc: '2.0', id: 0, result: {} } }
      try {
        const result = await resultOf(requestId, method, params)
        if (result !== undefined) return { mcp_response: { jsonrpc: '2.0', id, result } }
        return { mcp_response: failure(id, unknownMethod, `${method} is not known here`) }
      } catch (error) {
        return { mcp_response: failure(id, invalidRequest, String(error)) }
      }
    },
    withdraw: (requestId) => running.get(requestId)?.abort(),
  }
}

function listed({ name, description, inputSchema }: OfferedTool): object {
  // Without this newer versions keep the tool back until Claude searches for it.
  return { name, description, inputSchema, _meta: { 'anthropic/alwaysLoad': true } }
}

function told(text: string, isError: boolean): object {
  return { content: [{ type: 'text', text }], isError }
}

function failure(id: string | number, code: number, message: string): object {
  return { jsonrpc: '2.0', id, error: { code, message } }
}
