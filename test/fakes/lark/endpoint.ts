/** How an endpoint of the open API is described. */
import { z } from 'zod'
import type { FakeLark } from './lark.ts'

/** `{ code, msg }` in place of an answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: number
  readonly status: number
  readonly resetSeconds: number | undefined

  constructor(code: number, msg: string, more: { status?: number; resetSeconds?: number } = {}) {
    super(msg)
    this.code = code
    this.status = more.status ?? 400
    this.resetSeconds = more.resetSeconds
  }
}

/** What stands more than once is a list. */
export type Query = Readonly<Record<string, string | readonly string[]>>

/** What came, unchecked. */
interface Call {
  readonly path: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: unknown
}

/** An answer that is no JSON. */
export class Content {
  readonly bytes: Buffer
  readonly type: string
  readonly name: string

  constructor(bytes: Buffer, type: string, name: string) {
    this.bytes = bytes
    this.type = type
    this.name = name
  }
}

export interface Endpoint {
  /** As the documentation heads it. */
  readonly what: string
  /** True: no token is wanted. */
  readonly open: boolean
  /** What the app must be permitted; absent: nothing. */
  readonly scope: string | undefined
  /** The parameters in the path, or undefined: another endpoint's. */
  match(method: string, path: string): Readonly<Record<string, string>> | undefined
  /** Throws {@link Refusal}. */
  run(call: Call, lark: FakeLark): object | Content
}

interface Shapes<Q extends z.ZodRawShape, B extends z.ZodRawShape> {
  readonly query: Q
  readonly body: B
  readonly scope?: string
  readonly open?: true
}

type Parsed<S extends z.ZodRawShape> = z.infer<z.ZodObject<S, z.core.$strict>>

/** `what`: as the documentation heads it, e.g. `PUT /im/v1/messages/:message_id`. What is not in the shapes is refused. */
export function endpoint<Q extends z.ZodRawShape, B extends z.ZodRawShape>(
  what: string,
  { query, body, scope, open }: Shapes<Q, B>,
  run: (
    call: {
      path: Readonly<Record<string, string>>
      query: Parsed<Q>
      body: Parsed<B>
    },
    lark: FakeLark,
  ) => object | Content | void,
): Endpoint {
  const [method = '', template = ''] = what.split(' ')
  const pattern = new RegExp(`^/open-apis${template.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`)
  const shapes = {
    query: z.strictObject(query),
    body: z.strictObject(body),
  }
  return {
    what,
    open: open ?? false,
    scope,
    match: (called, path) =>
      called === method ? (pattern.exec(path)?.groups ?? emptyWhere(pattern, path)) : undefined,
    run(call, lark) {
      const asked = shapes.query.safeParse(call.query)
      const given = shapes.body.safeParse(call.body ?? {})
      if (!asked.success) throw invalid(asked.error)
      if (!given.success) throw invalid(given.error)
      return run({ path: call.path, query: asked.data, body: given.data }, lark) ?? {}
    },
  }
}

function emptyWhere(pattern: RegExp, path: string): Readonly<Record<string, string>> | undefined {
  return pattern.test(path) ? {} : undefined
}

function invalid({ issues }: z.ZodError): Refusal {
  const [first] = issues
  return new Refusal(99992402, `field validation failed: ${first?.path.join('.')} ${first?.message}`)
}

/** A field that holds JSON as a string. */
export function json<T extends z.ZodType>(schema: T, code = 230001): z.ZodType<z.infer<T>> {
  return z.string().transform((text, context): z.infer<T> => {
    const parsed = schema.safeParse(parse(text))
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    context.addIssue({ code: 'custom', message: `(${code}) ${issue?.path.join('.')} ${issue?.message}` })
    return z.NEVER
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
