/** Errors as the clients of other APIs read them. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Log } from '../../src/contract.ts'
import type { App } from './parts.ts'
import { type Problem, problemOf } from './problems.ts'

/** Other statuses below 500 are OpenAI's and Anthropic's `invalid_request_error`. */
const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
}

function typeOf(status: number, fault: string): string {
  return types[status] ?? (status >= 500 ? fault : 'invalid_request_error')
}

/** What both have in common. */
export const ForeignError = z.looseObject({
  error: z.looseObject({ message: z.string(), type: z.string() }),
})

/** Is this path one of another API? */
export function isForeign(path: string): boolean {
  return path.startsWith('/v1/')
}

export type Dialect = (problem: Problem) => object

export const openaiError: Dialect = ({ status, code, message, fields }) => ({
  error: { message, type: typeOf(status, 'server_error'), param: fields[0]?.field ?? null, code },
})

export const anthropicError: Dialect = ({ status, message }) => ({
  type: 'error',
  error: { type: typeOf(status, 'api_error'), message },
})

export function sendIn(dialect: Dialect, reply: FastifyReply, problem: Problem): void {
  void reply
    .code(problem.status)
    .type('application/json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(dialect(problem))
}

/** Adds routes whose errors are told in this dialect, also those of keys and shapes. */
export async function speaking(
  app: App,
  log: Log,
  dialect: Dialect,
  add: (app: App) => void | Promise<void>,
): Promise<void> {
  await app.register(async (scope: App) => {
    scope.setErrorHandler((error, _request, reply) => {
      const problem = problemOf(error, log)
      // What failed in a turn was tried again already: a client that does so by itself would only pay twice.
      if (problem.code === 'failed' || problem.code === 'cancelled')
        void reply.header('x-should-retry', 'false')
      sendIn(dialect, reply, problem)
    })
    await add(scope)
  })
}
