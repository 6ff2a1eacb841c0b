/** How a method of the Web API is described, and what its arguments look like on the wire. */
import { z } from 'zod'
import type { FakeSlack } from './slack.ts'
import type { Team } from './team.ts'

/** `{ ok: false, error }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly error: string
  readonly more: Readonly<Record<string, unknown>>

  constructor(error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(error)
    this.error = error
    this.more = more
  }
}

export interface Called {
  readonly slack: FakeSlack
  readonly team: Team
}

export interface Method {
  /** Absent: any token may. */
  readonly scope?: string
  /** True for those that want the app's token. */
  readonly app?: boolean
  /** True for what is called before there is a token. */
  readonly tokenless?: boolean
  /** Throws {@link Refusal}. `form`: the arguments as they came. */
  run(form: Readonly<Record<string, string>>, called: Called): object
}

/** Arguments that the method does not know are refused. */
export function method<T extends z.ZodRawShape>(
  shape: T,
  run: (args: z.infer<z.ZodObject<T, z.core.$strict>>, called: Called) => object | void,
  more: Pick<Method, 'scope' | 'app' | 'tokenless'> = {},
): Method {
  const schema = z.strictObject(shape)
  return {
    ...more,
    run(form, called) {
      const args = schema.safeParse(form)
      if (!args.success) throw invalid(args.error)
      return run(args.data, called) ?? {}
    },
  }
}

function invalid({ issues }: z.ZodError): Refusal {
  const [first] = issues
  const name = String(first?.path[0] ?? '')
  const messages = issues.map(({ path, message }) => `[ERROR] ${message} [json-pointer:/${path.join('/')}]`)
  const long = first?.code === 'too_big'
  const error =
    name === 'blocks'
      ? long && first.path.at(-1) === 'text'
        ? 'msg_blocks_too_long'
        : 'invalid_blocks'
      : name === 'metadata'
        ? 'invalid_metadata_format'
        : name === 'chunks'
          ? 'invalid_chunks'
          : name === 'markdown_text' && long
            ? 'msg_too_long'
            : 'invalid_arguments'
  return new Refusal(error, { response_metadata: { messages } })
}

/** An argument that travels as a string of JSON. */
export function json<T extends z.ZodType>(schema: T): z.ZodPreprocess<T> {
  return z.preprocess((value, context) => {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value) as unknown
    } catch {
      context.issues.push({ code: 'custom', message: 'is no JSON', input: value })
      return z.NEVER
    }
  }, schema)
}

export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
export const count = z.coerce.number().int()
export const ts = z.string().regex(/^\d{10}\.\d{6}$/)
