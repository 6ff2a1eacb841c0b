/** One entry point for all routes, for hosts that pass on a single one. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'

const tags = ['one-shot']
const path = '/invocations'

const Invocation = z
  .object({
    /** As the description names it: `/api/v1/sessions/{id}/messages`, or with its parameters filled in. */
    path: z
      .string()
      .max(2000)
      .regex(/^\/([^/\\][\s\S]*)?$/, 'wants a path of this server: `/` and what comes after it'),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
    path_params: z.record(z.string(), z.string().max(400)).default({}),
    query: z.record(z.string(), z.string().max(2000)).default({}),
    payload: z.unknown().optional(),
  })
  .strict()

/** What of the caller's request, and of the answer, passes through. */
const inward = [
  'authorization',
  'x-api-key',
  'accept',
  'prefer',
  'traceparent',
  'last-event-id',
  'x-parley-session',
  'x-openwebui-chat-id',
  'anthropic-version',
  'anthropic-beta',
]
const outward = [
  'content-type',
  'content-disposition',
  'location',
  'retry-after',
  'preference-applied',
  'x-parley-session',
]

/** Tells what comes from here from what comes from outside, where nobody knows the value. An address has many spellings. */
const withinHeader = 'x-parley-within'

export function invocations(app: App, { runs }: Parts): void {
  const within = randomUUID()
  app.post(
    path,
    {
      // What it leads to is counted.
      config: { rateLimit: false },
      schema: {
        summary: 'Reaches any route by its path, method and parameters, and answers as that one does',
        tags,
        produces: ['*/*'],
        body: Invocation,
      },
    },
    async (request, reply) => {
      const { path: template, method, path_params: params, query, payload } = request.body
      if (request.headers[withinHeader] === within) throw wrong('path', 'This would go round in circles.')
      const url = filled(template, params)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const headers = {
        ...only(request.headers, inward),
        ...(isBody(payload) ? { 'content-type': 'application/json' } : {}),
        [withinHeader]: within,
      }
      const response = await app.inject({
        method,
        url,
        query,
        headers,
        signal: gone.signal,
        payloadAsStream: true,
        ...(isBody(payload) ? { payload: textOf(payload) } : {}),
      })
      return reply.code(response.statusCode).headers(only(response.headers, outward)).send(response.stream())
    },
  )

  app.get(
    '/ping',
    {
      config: { open: true, rateLimit: false },
      schema: {
        summary: 'Is the process alive, and does it work on something?',
        tags,
        security: [],
        response: {
          200: z.object({ status: z.enum(['Healthy', 'HealthyBusy']), time_of_last_update: z.int() }),
        },
      },
    },
    () => ({
      status: runs.open.length > 0 ? ('HealthyBusy' as const) : ('Healthy' as const),
      time_of_last_update: Math.floor(Date.now() / 1000),
    }),
  )
}

function filled(template: string, params: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined)
      throw wrong(`path_params.${name}`, `The path has {${name}}, and no value is given.`)
    return encodeURIComponent(value.toWellFormed())
  })
}

function only(
  headers: Readonly<Record<string, string | readonly string[] | number | undefined>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function isBody(payload: unknown): payload is object {
  return typeof payload === 'object' && payload !== null
}

/** Throws {@link Problem} 422: what was read may be nested too deeply to be written. */
function textOf(payload: object): string {
  try {
    return JSON.stringify(payload)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw wrong('payload', 'This is nested too deeply.')
  }
}

function wrong(field: string, message: string): Problem {
  return new Problem(422, 'invalid', message, { fields: [{ field, message }] })
}
