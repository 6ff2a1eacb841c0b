/** How a route of the REST API is described. */
import { z } from 'zod'
import type { Rate } from './buckets.ts'
import type { FakeDiscord } from './discord.ts'
import type { StoredFile } from './world.ts'

/** `{ message, code }` with a status. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly code: number
  readonly more: object

  constructor(status: number, code: number, message: string, more: object = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

export interface Called {
  readonly discord: FakeDiscord
  /** The ids in its path, by their names. */
  readonly ids: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: unknown
  /** What was uploaded with it, in order. */
  readonly files: readonly StoredFile[]
}

export interface Route {
  /** True: no token goes with it. */
  readonly open?: boolean
  readonly rate?: Rate
  /** Answers what becomes the body; undefined: 204. Throws {@link Refusal}. */
  run(called: Called): object | undefined
}

export function bodyAs<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const read = schema.safeParse(body)
  if (read.success) return read.data
  const errors: Record<string, unknown> = {}
  for (const { path, message, code } of read.error.issues) {
    errors[path.join('.') || 'body'] = { _errors: [{ code: code.toUpperCase(), message }] }
  }
  throw new Refusal(400, 50_035, 'Invalid Form Body', { errors })
}
