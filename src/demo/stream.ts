/** Writes an answer as the Messages API does: as one JSON body, or as server-sent events. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'

export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object }

/** One turn of the model. */
export interface Answer {
  readonly blocks: readonly Block[]
  /** Spread the blocks over so many milliseconds; 0: at once. */
  readonly overMs: number
  /** Where the answer breaks off after half of it: `drop` the connection ends, `stall` nothing more comes. */
  readonly breaks?: 'drop' | 'stall'
}

/** What the answer is about: echoed to the client. */
interface Envelope {
  readonly model: string
  readonly inputTokens: number
}

const signature = 'c3RhbmQtaW4='

/** About what a tokenizer would count. At least 1. */
export function tokens(characters: number): number {
  return Math.max(1, Math.ceil(characters / 4))
}

/** Sends the answer as one JSON body. Rejects when the client goes away. */
export async function sendWhole(
  response: ServerResponse,
  answer: Answer,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<void> {
  if (answer.breaks === 'drop') {
    response.destroy()
    return
  }
  if (answer.breaks === 'stall') await once(response, 'close', { signal })
  await sleep(answer.overMs, undefined, { signal })
  const content = answer.blocks.map((block) => (block.type === 'thinking' ? { ...block, signature } : block))
  const body = {
    ...messageHead(envelope),
    content,
    stop_reason: stopReason(answer),
    usage: usage(envelope.inputTokens, outputTokens(answer)),
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Sends the answer as server-sent events. Rejects when the client goes away. */
export async function sendStream(
  response: ServerResponse,
  answer: Answer,
  envelope: Envelope,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const events = [...eventsOf(answer, envelope)]
  const sent = answer.breaks === undefined ? events : events.slice(0, Math.ceil(events.length / 2))
  const gapMs = answer.overMs / sent.length
  const start = performance.now()
  for (const [index, event] of sent.entries()) {
    const waitMs = start + index * gapMs - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    const frame = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
    if (!response.write(frame)) await once(response, 'drain', { signal })
  }
  if (answer.breaks === 'stall') await once(response, 'close', { signal })
  else if (answer.breaks === 'drop') await breakOff(response)
  else response.end()
}

/** Ends the connection in mid-answer, once all that was written is on its way. */
async function breakOff(response: ServerResponse): Promise<void> {
  await new Promise((resolve) => response.write('event: ping\n', resolve))
  response.destroy()
}

interface StreamEvent {
  readonly type: string
}

function* eventsOf(answer: Answer, envelope: Envelope): Generator<StreamEvent & Record<string, unknown>> {
  const message = {
    ...messageHead(envelope),
    content: [],
    stop_reason: null,
    usage: usage(envelope.inputTokens, 1),
  }
  yield { type: 'message_start', message }
  yield { type: 'ping' }
  for (const [index, block] of answer.blocks.entries()) {
    yield { type: 'content_block_start', index, content_block: emptied(block) }
    for (const delta of deltas(block)) yield { type: 'content_block_delta', index, delta }
    yield { type: 'content_block_stop', index }
  }
  const delta = { stop_reason: stopReason(answer), stop_sequence: null }
  yield { type: 'message_delta', delta, usage: usage(envelope.inputTokens, outputTokens(answer)) }
  yield { type: 'message_stop' }
}

function emptied(block: Block): object {
  if (block.type === 'text') return { type: 'text', text: '' }
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  return { ...block, input: {} }
}

function* deltas(block: Block): Generator<object> {
  if (block.type === 'text') {
    for (const text of pieces(block.text)) yield { type: 'text_delta', text }
  } else if (block.type === 'thinking') {
    for (const thinking of pieces(block.thinking)) yield { type: 'thinking_delta', thinking }
    yield { type: 'signature_delta', signature }
  } else {
    for (const partial_json of pieces(JSON.stringify(block.input)))
      yield { type: 'input_json_delta', partial_json }
  }
}

/** Cuts a text as tokens would, a few characters at a time, but into no more than about 400 pieces. */
function* pieces(text: string): Generator<string> {
  const size = Math.max(8, Math.ceil(text.length / 400))
  for (let at = 0; at < text.length;) {
    let end = at + size
    // A delta is JSON in UTF-8: half a surrogate pair would arrive as U+FFFD.
    if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end++
    yield text.slice(at, end)
    at = end
  }
}

function messageHead(envelope: Envelope): object {
  const id = `msg_${randomUUID().replaceAll('-', '')}`
  return { id, type: 'message', role: 'assistant', model: envelope.model, stop_sequence: null }
}

function stopReason(answer: Answer): string {
  return answer.blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn'
}

function outputTokens(answer: Answer): number {
  return tokens(JSON.stringify(answer.blocks).length)
}

function usage(input: number, output: number): object {
  return {
    input_tokens: input,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: output,
    service_tier: 'standard',
  }
}
