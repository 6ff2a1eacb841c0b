/** Where a message's way is told of as spans. Absent where the operator wants none: nothing is loaded, nothing is asked. */

export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface SpanOptions {
  /** W3C `traceparent` of the span that it belongs under; absent, or none: it begins a trace. */
  readonly parent?: string | undefined
  readonly attributes?: Attributes
  /** Milliseconds since 1970; absent: now. */
  readonly startedAt?: number
  /** `consumer`: something arrived; `producer`: something is sent. */
  readonly kind?: 'consumer' | 'producer'
}

/** What is not ended is never told: a process that dies takes along only what was under way. */
export interface Span {
  /** Its W3C `traceparent`, for what belongs under it: kept with messages and replies, it outlives this process. */
  readonly context: string
  set(attributes: Attributes): void
  event(name: string, attributes?: Attributes): void
  /** It has to do with this one, of another trace. */
  link(context: string): void
  /** `code`: a short word, nobody's text. */
  fail(code: string): void
  /** Safe to call twice. */
  end(): void
}

export interface Tracing {
  begin(name: string, options?: SpanOptions): Span
  /** Sends what has ended, for as long as a stop may take. Never rejects. */
  close(): Promise<void>
}
