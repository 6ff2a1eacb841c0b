/** Messages to a session, and what became of them. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { answer, ask } from '../asking.ts'
import { askedBy } from '../caller.ts'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import { RunView, runId, runView } from '../shapes/run.ts'
import { SessionParams } from '../shapes/session.ts'

const tags = ['messages']
const path = '/api/v1/sessions/:id/messages'

const NewMessage = z
  .object({
    text: z.string().min(1),
    /** Names the message: sent again under the same id it is not asked again. */
    id: runId.exactOptional(),
    /** True: a text that calls a chat command (`/model sonnet`) is obeyed as in a chat. */
    commands: z.boolean().exactOptional(),
  })
  .strict()

/** Whoever sees it for the first time, as in another window, wants to know what it says. */
const MessageView = RunView.unwrap().extend({ text: z.string() })

export function messages(app: App, parts: Parts): void {
  const { bot, runs } = parts

  app.post(
    path,
    {
      schema: {
        summary: 'Says something to Claude',
        description:
          'Answers when the turn has ended; with `Accept: text/event-stream` by its events as they happen; with `Prefer: respond-async` at once (202).',
        tags,
        params: SessionParams,
        body: NewMessage,
        produces: ['text/event-stream'],
        response: { 200: RunView, 202: RunView },
      },
    },
    async (request, reply) => {
      const { caller, body, params } = request
      const { text, id = randomUUID(), commands } = body
      const session = await bot.office({ id: caller.name }).session(params.id)
      if (!session.own && !session.joinable)
        throw new Problem(409, 'conflict', 'This session belongs to a chat: it is spoken to there.')
      const run = await ask(parts, {
        id,
        ...askedBy(caller),
        session: params.id,
        kind: 'message',
        state: 'waiting',
        text,
        ...(commands === undefined ? {} : { commands }),
        priority: 5,
        createdAt: Date.now(),
      })
      return answer(parts, request, reply, run)
    },
  )

  app.get(
    `${path}/:message`,
    {
      schema: {
        summary: 'What became of a message',
        tags,
        params: SessionParams.extend({ message: runId }),
        response: { 200: MessageView },
      },
    },
    async ({ caller, params }) => {
      const run = await runs.find(caller.name, params.message)
      if (run === undefined || run.record.session !== params.id)
        throw new Problem(404, 'unknown', `Nothing was asked in this session under \`${params.message}\`.`)
      return { ...runView(run.record), text: run.record.text }
    },
  )
}
