/** A collector of traces on this machine: takes OTLP over HTTP, in JSON, and keeps the spans. */
import { EventEmitter, once } from 'node:events'
import { type IncomingHttpHeaders, createServer } from 'node:http'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { freePort } from './port.ts'

const Value = z.union([
  z.object({ stringValue: z.string() }).transform(({ stringValue }) => stringValue),
  z.object({ intValue: z.coerce.number() }).transform(({ intValue }) => intValue),
  z.object({ doubleValue: z.number() }).transform(({ doubleValue }) => doubleValue),
  z.object({ boolValue: z.boolean() }).transform(({ boolValue }) => boolValue),
])
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])))
const Span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: Attributes,
  events: z.array(z.object({ name: z.string(), attributes: Attributes })).default([]),
  status: z.object({ code: z.int().optional() }).default({}),
})
export type CollectedSpan = z.infer<typeof Span>
const Request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

export interface Collector {
  readonly url: string
  readonly spans: CollectedSpan[]
  /** Each request as it came. */
  readonly got: { readonly headers: IncomingHttpHeaders; readonly body: string }[]
  /** Resolves with the spans that fit, when there are so many. */
  until(fits: (span: CollectedSpan) => boolean, count?: number): Promise<readonly CollectedSpan[]>
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const got: Collector['got'] = []
  const news = new EventEmitter().setMaxListeners(100)
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      got.push({ headers: request.headers, body })
      for (const { scopeSpans } of Request.parse(JSON.parse(body)).resourceSpans)
        spans.push(...scopeSpans.flatMap((scope) => scope.spans))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      news.emit('spans')
    })
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    got,
    async until(fits, count = 1) {
      for (;;) {
        const found = spans.filter(fits)
        if (found.length >= count) return found
        await once(news, 'spans')
      }
    },
  }
}
