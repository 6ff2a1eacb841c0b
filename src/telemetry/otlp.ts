/** Spans to a collector, as OTLP over HTTP. The only file that knows OpenTelemetry's packages: loaded where traces are wanted. */
import {
  type Context,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import manifest from '../../package.json' with { type: 'json' }
import type { Log } from '../contract.ts'
import type { Span, SpanOptions, Tracing } from './port.ts'

export interface OtlpOptions {
  /** Where spans are sent to, e.g. `http://collector:4318/v1/traces`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Share of the traces that are told, 0 to 1. What a caller has decided for its own holds. */
  readonly sample: number
  readonly log: Log
}

/** What one request may take, with the attempts at it. */
const requestMs = 3_000
/** What is left may take so long when the bot stops. */
const closingMs = 2_000

const kinds = { consumer: SpanKind.CONSUMER, producer: SpanKind.PRODUCER } as const

export function openOtlp({ url, headers, sample, log }: OtlpOptions): Tracing {
  const exporter = tellingOnce(
    new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: requestMs }),
    url,
    log,
  )
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'parley',
      'service.version': manifest.version,
      // Of several nodes, which one it was.
      'service.instance.id': `${hostname()}:${process.pid}`,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sample) }),
    // A collector that is away fills the queue, and what comes then is dropped: it is bounded.
    spanProcessors: [
      new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, exportTimeoutMillis: 2 * requestMs }),
    ],
  })
  const tracer = provider.getTracer('parley', manifest.version)
  return {
    begin: (name, { parent, attributes, startedAt, kind }: SpanOptions = {}) =>
      new TracedSpan(
        tracer.startSpan(
          name,
          {
            ...(attributes === undefined ? {} : { attributes }),
            ...(startedAt === undefined ? {} : { startTime: startedAt }),
            ...(kind === undefined ? {} : { kind: kinds[kind] }),
          },
          under(parent),
        ),
      ),
    async close() {
      const ended = provider.shutdown().catch(() => undefined)
      await Promise.race([ended, sleep(closingMs, undefined, { ref: false })])
    },
  }
}

class TracedSpan implements Span {
  readonly #span: OtelSpan

  constructor(span: OtelSpan) {
    this.#span = span
  }

  get context(): string {
    return written(this.#span.spanContext())
  }

  set(attributes: Parameters<Span['set']>[0]): void {
    this.#span.setAttributes(attributes)
  }

  event(name: string, attributes?: Parameters<Span['event']>[1]): void {
    this.#span.addEvent(name, attributes)
  }

  link(context: string): void {
    const there = read(context)
    if (there !== undefined) this.#span.addLink({ context: there })
  }

  fail(code: string): void {
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message: code })
  }

  end(): void {
    if (this.#span.isRecording()) this.#span.end()
  }
}

function under(parent: string | undefined): Context {
  const there = parent === undefined ? undefined : read(parent)
  return there === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, there)
}

/** Undefined: it is no `traceparent`. Versions to come begin as this one does. */
function read(text: string): SpanContext | undefined {
  const [, version, traceId = '', spanId = '', flags = ''] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(text) ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId))
    return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

function written({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
}

/** One line when sending begins to fail, one when it works again; whatever it is, the bot goes on without. */
function tellingOnce(exporter: SpanExporter, url: string, log: Log): SpanExporter {
  const { origin, pathname } = new URL(url)
  const at = `${origin}${pathname}`
  let failing = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined && !failing)
          log.warn(
            { at, err: result.error },
            'traces cannot be sent to the collector; they are left out until it answers',
          )
        if (result.error === undefined && failing) log.info({ at }, 'traces are sent again')
        failing = result.error !== undefined
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
  }
}
