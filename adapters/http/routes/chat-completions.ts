/** Claude for clients of OpenAI's API: each of their chats is a session. */
import type { FastifyReply } from 'fastify'
import { openaiError, speaking } from '../dialects.ts'
import { Completion, chunksOf, wholeOf } from '../openai/answers.ts'
import { Chats } from '../openai/chats.ts'
import { type Completing, type CompletingParts, begin, completion } from '../openai/completing.ts'
import { CompletionRequest } from '../openai/request.ts'
import type { App, Parts } from '../parts.ts'
import { Problem, problemOf } from '../problems.ts'
import { sendEvents } from '../sse.ts'

const description = `Takes what OpenAI’s API takes. The last messages of the user go to the chat’s session; what was said before
tells which one it is, with the header \`x-openwebui-chat-id\` where there is one, or \`x-parley-session\` names it.
A question of Claude’s is answered by the next message: a number, or own words. Whoever hangs up stops the turn.`

export async function chatCompletions(app: App, parts: Parts): Promise<void> {
  const { bot, settings } = parts
  const all = { ...parts, chats: await Chats.open(bot.keep) }
  await speaking(app, bot.log, openaiError, (scope) => {
    scope.post(
      '/v1/chat/completions',
      {
        bodyLimit: settings.maxContentBytes,
        schema: {
          summary: 'A chat completion, as OpenAI has it',
          description,
          tags: ['openai'],
          produces: ['text/event-stream'],
          body: CompletionRequest,
          response: { 200: Completion },
        },
      },
      async (request, reply) => {
        const { body, caller } = request
        const completing = await begin(all, request, body)
        const send = body.stream === true ? sendChunks : sendWhole
        return send(all, { user: caller.name, body, completing }, reply)
      },
    )
  })
}

interface Asked {
  readonly user: string
  readonly body: CompletionRequest
  readonly completing: Completing
}

async function sendWhole(
  parts: CompletingParts,
  { user, body, completing }: Asked,
  reply: FastifyReply,
): ReturnType<typeof wholeOf> {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  void reply.header('x-parley-session', completing.session)
  const signal = AbortSignal.any([gone.signal, parts.closing])
  const whole = await wholeOf(body.model, completion(parts, user, completing, signal))
  if (whole !== undefined) return whole
  throw new Problem(503, 'closing', 'The bot is stopping. Try again in a moment.')
}

async function sendChunks(
  parts: CompletingParts,
  { user, body, completing }: Asked,
  reply: FastifyReply,
): Promise<undefined> {
  const { bot, closing } = parts
  const usage = body.stream_options?.include_usage === true
  async function* events(signal: AbortSignal): AsyncGenerator<{ type: ''; data: string }, void> {
    try {
      const told = completion(parts, user, completing, signal)
      for await (const data of chunksOf(body.model, told, usage)) yield { type: '', data }
    } catch (error) {
      yield { type: '', data: JSON.stringify(openaiError(problemOf(error, bot.log))) }
    }
  }
  await sendEvents(reply, events, closing, { 'x-parley-session': completing.session })
  return undefined
}
