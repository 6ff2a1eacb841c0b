/** A server on loopback that answers like the Anthropic Messages API, good enough for the real Claude CLI. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  ApiError,
  checkTokenCountRequest,
  errorBody,
  looseRequest,
  parseMessagesRequest,
  type MessagesRequest,
} from './api.ts'
import { readConversation, systemText } from './conversation.ts'
import { Failures } from './failures.ts'
import { react } from './script.ts'
import { sideAnswer } from './side.ts'
import { SeenRequests, type SeenRequest } from './seen.ts'
import { sendStream, sendWhole, tokens, type Answer } from './stream.ts'

export { directives } from './directives.ts'
export type { SeenRequest } from './seen.ts'

export interface StandIn {
  /** E.g. http://127.0.0.1:41234 */
  readonly url: string
  /** The last requests, newest last: at most 1,000, and at most 64 MB of bodies. */
  readonly requests: readonly SeenRequest[]
  /** Resolves with the first request, seen or to come, that satisfies the predicate. Rejects with the signal's reason. */
  waitFor(predicate: (request: SeenRequest) => boolean, signal?: AbortSignal): Promise<SeenRequest>
  /** Ends every connection, answered or not. Safe to call twice. */
  close(): Promise<void>
}

/** As the real API: 32 MB. */
const mostBodyBytes = 32 * 1024 * 1024

/** Starts a stand-in of its own. @throws the system's error when the port is taken; 0 (the default) takes a free one. */
export async function startStandIn(
  options: { readonly port?: number; readonly host?: '127.0.0.1' } = {},
): Promise<StandIn> {
  const host = options.host ?? '127.0.0.1'
  const memory = { seen: new SeenRequests(), failures: new Failures() }
  const server = createServer((request, response) => void serve(request, response, memory))
  // The CLI keeps connections and meets a reset when it uses one in the moment in which Node's 5 s are over.
  server.keepAliveTimeout = 0
  server.listen(options.port ?? 0, host)
  await once(server, 'listening')
  return {
    url: `http://${host}:${portOf(server)}`,
    requests: memory.seen.list,
    waitFor: (predicate, signal) => memory.seen.waitFor(predicate, signal),
    close: () => close(server),
  }
}

/** What the log of requests shows of a body, which need not be a valid one. */
function describe(body: unknown): Pick<SeenRequest, 'model' | 'system' | 'lastUserText'> {
  const request = looseRequest(body)
  if (request === undefined) return { lastUserText: '' }
  const { texts } = readConversation(request)
  return { model: request.model, system: systemText(request), lastUserText: texts.at(-1) ?? '' }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in does not listen on TCP')
  return address.port
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** What one stand-in remembers. */
interface Memory {
  readonly seen: SeenRequests
  readonly failures: Failures
}

/** A request whose body was read. */
interface Call {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Undefined when it was not JSON. */
  readonly body: unknown
  readonly characters: number
}

/** Answers one request; never rejects. */
async function serve(request: IncomingMessage, response: ServerResponse, memory: Memory): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const call = await readCall(request)
    const { characters, ...shown } = call
    memory.seen.add({ at: Date.now(), ...shown, ...describe(call.body) }, characters)
    await answer(call, response, memory.failures, gone.signal)
  } catch (error) {
    if (gone.signal.aborted) return
    if (response.headersSent) response.destroy()
    else
      refuse(
        response,
        error instanceof ApiError ? error : new ApiError(500, `the stand-in failed: ${String(error)}`),
      )
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const text = await readBody(request)
  return {
    method: request.method ?? 'GET',
    path: new URL(request.url ?? '/', 'http://stand-in').pathname,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: parseJson(text),
    characters: text.length,
  }
}

/** @throws ApiError what is to be answered instead */
async function answer(
  call: Call,
  response: ServerResponse,
  failures: Failures,
  signal: AbortSignal,
): Promise<void> {
  const route = `${call.method} ${call.path}`
  if (route === 'HEAD /') {
    response.writeHead(200).end()
    return
  }
  if (call.headers['x-api-key'] === undefined && call.headers.authorization === undefined) {
    throw new ApiError(401, 'x-api-key header is required')
  }
  switch (route) {
    case 'POST /v1/messages': {
      const asked = parseMessagesRequest(call.body)
      if (asked.model.startsWith('no-such')) throw new ApiError(404, `model: ${asked.model}`)
      const wanted = decide(asked, failures)
      if (wanted instanceof ApiError) throw wanted
      const send = asked.stream === true ? sendStream : sendWhole
      await send(response, wanted, { model: asked.model, inputTokens: tokens(call.characters) }, signal)
      return
    }
    case 'POST /v1/messages/count_tokens':
      checkTokenCountRequest(call.body)
      sendJson(response, { input_tokens: tokens(call.characters) })
      return
    case 'GET /v1/models':
      sendJson(response, modelList)
      return
    default:
      throw new ApiError(404, `Not found: ${route}`)
  }
}

function decide(asked: MessagesRequest, failures: Failures): Answer | ApiError {
  const conversation = readConversation(asked)
  const side = sideAnswer(asked, conversation)
  if (side !== undefined) return { blocks: [{ type: 'text', text: side }], overMs: 0 }
  // A retry is the same request again, so this names the turn however often it fails; metadata names the session.
  const turn = JSON.stringify([asked.metadata, conversation.texts])
  const { answer, failing } = react(conversation, failures.of(turn))
  if (failing) failures.add(turn)
  return answer
}

const models = ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5']
const modelList = {
  data: models.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' })),
  has_more: false,
  first_id: models[0],
  last_id: models.at(-1),
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > mostBodyBytes) throw new ApiError(413, 'Request exceeds the maximum size')
    chunks.push(buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** What is not JSON is undefined, which no schema accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, error: ApiError): void {
  const requestId = `req_${randomUUID().replaceAll('-', '')}`
  const retryAfter = error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) }
  response
    .writeHead(error.status, { 'content-type': 'application/json', 'request-id': requestId, ...retryAfter })
    .end(JSON.stringify(errorBody(error, requestId)))
}
