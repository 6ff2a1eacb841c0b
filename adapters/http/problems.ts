/** Errors as RFC 9457 has them: every answer that is no success says what was wrong, where, and what to do. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Log, OfficeError } from '../../src/contract.ts'

export interface FieldError {
  /** Where it stands in the request, e.g. `options.maxTurns`. */
  readonly field: string
  readonly message: string
}

export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly fields: readonly FieldError[]
  /** What else a program can make use of. */
  readonly more: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    code: string,
    message: string,
    { fields = [], more = {} }: Partial<Pick<Problem, 'fields' | 'more'>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
    this.more = more
  }
}

export const problemType = 'application/problem+json'

/** As it is sent; `code` is for programs, `detail` for people. */
export const ProblemBody = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).exactOptional(),
})

const titles: Readonly<Record<number, string>> = {
  400: 'The request makes no sense',
  401: 'No valid key',
  403: 'Not allowed',
  404: 'Not there',
  405: 'Not that way',
  406: 'Not in that form',
  409: 'Not as things stand now',
  413: 'Too large',
  415: 'Not in that form',
  422: 'A value makes no sense',
  429: 'Too many requests',
  500: 'Something went wrong here',
  502: 'Claude could not answer',
  503: 'Not now',
}

function problemBody({ status, code, message, fields, more }: Problem): z.infer<typeof ProblemBody> {
  return {
    type: `urn:parley:${code}`,
    title: titles[status] ?? 'Error',
    status,
    code,
    detail: message,
    ...(fields.length === 0 ? {} : { errors: [...fields] }),
    ...more,
  }
}

/** A bot that is started anew is there again by then. */
const retryAfterSeconds = 5

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (problem.status === 503) void reply.header('retry-after', retryAfterSeconds)
  void reply
    .code(problem.status)
    .type(problemType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem))
}

/** Whatever was thrown, as what its caller may know of it. */
export function problemOf(error: unknown, log: Log): Problem {
  if (error instanceof Problem) return error
  if (error instanceof OfficeError) return ofOffice(error)
  if (hasZodFastifySchemaValidationErrors(error)) return ofShape(error.validation)
  const known = error instanceof Error && 'statusCode' in error ? ofFastify(error) : undefined
  if (known !== undefined) return known
  if (error instanceof Error && 'code' in error && error.code === 'closed')
    return new Problem(503, 'closing', 'The bot is stopping. Try again in a moment.')
  log.error({ err: error }, 'a request failed')
  return new Problem(500, 'internal', 'This is a fault of ours. The log of the bot says more.')
}

const officeStatus = { unknown: 404, forbidden: 403, invalid: 422, conflict: 409 } as const

function ofOffice({ code, message, field }: OfficeError): Problem {
  const fields = field === undefined ? [] : [{ field, message }]
  return new Problem(officeStatus[code], code, message, { fields })
}

function ofShape(validation: readonly { instancePath: string; message?: string | undefined }[]): Problem {
  const fields = validation.map(({ instancePath, message = 'is wrong' }) => ({
    field: instancePath.slice(1).replaceAll('/', '.'),
    message,
  }))
  const [first] = fields
  const where = first === undefined || first.field === '' ? '' : `\`${first.field}\`: `
  return new Problem(400, 'invalid', `${where}${first?.message ?? 'the request is not as described'}`, {
    fields,
  })
}

/** What Fastify and its plugins throw. Their messages are fit to be seen. */
function ofFastify({ statusCode, message }: Error & { readonly statusCode: unknown }): Problem | undefined {
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined
  const codes: Readonly<Record<number, string>> = { 413: 'too-large', 415: 'media-type', 429: 'too-many' }
  return new Problem(statusCode, codes[statusCode] ?? 'invalid', message)
}

export function notFound(request: FastifyRequest): Problem {
  return new Problem(404, 'unknown', `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}.`)
}
