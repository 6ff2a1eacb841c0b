/** Server-sent events to one reader, as fast as the reader takes them. */
import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LoggedEvent } from './event-log.ts'

/** Without an id nobody can go on after it; `type` empty: it has none. */
type SentEvent = Pick<LoggedEvent, 'type' | 'data'> & { readonly id?: number }

const heartbeatMs = 15_000

export function wantsEvents({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').split(',').some((type) => type.trim().startsWith('text/event-stream'))
}

/** The id of the last event that a reader who comes again has seen. */
export function lastSeen({ headers }: FastifyRequest): number {
  const id = Number(headers['last-event-id'] ?? 0)
  return Number.isSafeInteger(id) && id > 0 ? id : 0
}

/** Ends when the events do, or the reader leaves. `leave`: aborted when the server closes. Never rejects. */
export async function sendEvents(
  reply: FastifyReply,
  events: (signal: AbortSignal) => AsyncIterable<SentEvent>,
  leave: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  reply.hijack()
  const { raw } = reply
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  raw.on('error', () => gone.abort())
  // Headers that plugins have set, CORS among them, stand in the reply and not yet in the response.
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...more,
  })
  raw.flushHeaders()
  const beat = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(': still here\n\n')
  }, heartbeatMs)
  const signal = AbortSignal.any([gone.signal, leave])
  try {
    for await (const { id, type, data } of events(signal)) {
      const name = `${id === undefined ? '' : `id: ${id}\n`}${type === '' ? '' : `event: ${type}\n`}`
      const text = `${name}data: ${data}\n\n`
      if (!raw.write(text)) await once(raw, 'drain', { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearInterval(beat)
    raw.end()
  }
}
