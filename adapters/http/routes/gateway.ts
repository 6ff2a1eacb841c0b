/** Anthropic's Messages API, of the operator's model gateway: for programs that may use it. */
import { z } from 'zod'
import { anthropicError, speaking } from '../dialects.ts'
import { answerHeaders, forward } from '../gateway/forward.ts'
import type { App, Parts } from '../parts.ts'
import { Problem } from '../problems.ts'

const paths = ['/v1/messages', '/v1/messages/count_tokens'] as const

const MessageRequest = z
  .looseObject({ model: z.string(), messages: z.array(z.unknown()) })
  .meta({ description: 'Anthropic’s, handed on as it is.' })

export async function gateway(app: App, { bot, settings }: Parts): Promise<void> {
  const { gateway: there, maxContentBytes } = settings
  if (there === undefined) return without(app, bot.log)
  await speaking(app, bot.log, anthropicError, (scope) => {
    // To the letter: what the gateway takes is for it to say.
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    scope.setValidatorCompiler(() => (body) => ({ value: body }))
    for (const path of paths)
      scope.post(
        path,
        {
          bodyLimit: maxContentBytes,
          config: { scope: there.scope },
          schema: {
            summary: `Anthropic’s ${path}, of the model gateway`,
            tags: ['anthropic'],
            produces: ['application/json', 'text/event-stream'],
            body: MessageRequest,
          },
        },
        async ({ headers, query, body }, reply) => {
          const gone = new AbortController()
          reply.raw.once('close', () => gone.abort())
          const beta = z.looseObject({ beta: z.literal('true') }).safeParse(query).success
          const call = { path, beta, headers, body: z.instanceof(Buffer).parse(body) }
          const answer = await forward(there, call, gone.signal)
          return reply
            .code(answer.statusCode ?? 502)
            .headers(answerHeaders(answer))
            .send(answer)
        },
      )
  })
}

/** Whoever comes with a client of Anthropic's is told why there is nothing, in words that it shows. */
async function without(app: App, log: Parts['bot']['log']): Promise<void> {
  await speaking(app, log, anthropicError, (scope) => {
    for (const path of paths)
      scope.post(path, { schema: { hide: true } }, () => {
        const message =
          'No model gateway is configured here: whoever runs the bot sets `adapters.http.gateway`.'
        throw new Problem(404, 'no-gateway', message)
      })
  })
}
