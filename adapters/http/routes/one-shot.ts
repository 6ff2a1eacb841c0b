/** One question, one answer: as JSON, or by the lines that the CLI writes. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ask, endOf } from '../asking.ts'
import { type Caller, askedBy } from '../caller.ts'
import type { LoggedEvent } from '../event-log.ts'
import { obey } from '../obey.ts'
import { Problem, problemOf } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import type { Run } from '../run.ts'
import { OneShot, OneShotAnswer, OneShotBatch, OneShotTask, onlyNew, wishIn } from '../shapes/one-shot.ts'
import { type RunRecord, runView } from '../shapes/run.ts'
import { lastSeen, sendEvents, wantsEvents } from '../sse.ts'
import { submit } from '../submitting.ts'

const tags = ['one-shot']
const path = '/api/claude'

type Answer = z.infer<typeof OneShotAnswer>

export function oneShot(app: App, parts: Parts): void {
  app.post(
    path,
    {
      schema: {
        summary: 'Asks Claude one thing',
        description:
          "With `Accept: text/event-stream` the CLI's own stream-json, a line an event; with `async` at once (202).",
        tags,
        body: OneShot,
        produces: ['text/event-stream'],
        response: { 200: OneShotAnswer, 202: OneShotTask },
      },
    },
    async (request, reply) => {
      const { caller, body } = request
      if (body.async === true || body.webhook_url !== undefined) {
        const { record } = await asTask(parts, caller, body)
        const task = {
          success: true,
          task_id: record.id,
          session_id: record.session,
          status: record.state,
        } as const
        return reply.code(202).header('location', `/api/v1/tasks/${record.id}`).send(task)
      }
      const run = await asMessage(parts, caller, body)
      if (wantsEvents(request)) {
        const lines = (signal: AbortSignal) => linesOf(run, lastSeen(request), signal)
        await sendEvents(reply, lines, parts.closing)
        return undefined
      }
      const record = await endOf(run, parts.closed)
      if (record.state === 'answered') return answerOf(record)
      const more = { ...answerOf(record), task: runView(record) }
      const detail = record.result?.text ?? 'Claude could not answer.'
      throw record.state === 'cancelled'
        ? new Problem(409, 'cancelled', detail, { more })
        : new Problem(502, 'failed', detail, { more })
    },
  )

  app.post(
    `${path}/batch`,
    {
      schema: {
        summary: 'Asks several things, each in a session of its own; the answers come in their order',
        tags,
        body: OneShotBatch,
        response: { 200: z.object({ success: z.boolean(), results: z.array(OneShotAnswer) }) },
      },
    },
    async ({ caller, body }) => {
      const asked: (Run | Answer)[] = []
      for (const one of body.prompts) asked.push(await oneOf(parts, caller, one))
      const results = []
      for (const each of asked)
        results.push('record' in each ? answerOf(await endOf(each, parts.closed)) : each)
      return { success: results.every(({ success }) => success), results }
    },
  )
}

/** What cannot be asked fails alone: the others run by then. */
async function oneOf(parts: Parts, caller: Caller, one: string | OneShot): Promise<Run | Answer> {
  const question = typeof one === 'string' ? { prompt: one } : one
  try {
    return await asTask(parts, caller, question)
  } catch (error) {
    const { status, message } = problemOf(error, parts.bot.log)
    if (status >= 500) throw error
    const { session_id = '' } = question
    return { success: false, result: message, session_id, duration_ms: 0, cost_usd: 0 }
  }
}

async function asTask(parts: Parts, caller: Caller, question: OneShot): Promise<Run> {
  const { name: user } = caller
  const { prompt: text, session_id: session, priority = 5, webhook_url: webhook } = question
  const place = session === undefined ? { options: await wishOf(parts, user, question) } : { session }
  if (session !== undefined) await goOn(parts, user, session, question)
  return submit(parts, caller, { text, priority, ...place, ...(webhook === undefined ? {} : { webhook }) })
}

async function asMessage(parts: Parts, caller: Caller, question: OneShot): Promise<Run> {
  const { name: user } = caller
  const { session_id: known, prompt: text, priority = 5 } = question
  const session = known ?? randomUUID()
  if (known === undefined)
    await parts.bot.office({ id: user }).create({ ...(await wishOf(parts, user, question)), id: session })
  else await goOn(parts, user, known, question)
  const record = { id: randomUUID(), ...askedBy(caller), session, text, priority, createdAt: Date.now() }
  return ask(parts, { ...record, kind: 'message', state: 'waiting' })
}

async function wishOf({ bot }: Parts, user: string, question: OneShot): Promise<ReturnType<typeof wishIn>> {
  const { permissionMode } = await bot.office({ id: user }).possibilities()
  return wishIn(question, permissionMode)
}

/** Throws {@link Problem}, OfficeError where the session cannot be gone on with like that. */
async function goOn(parts: Parts, user: string, session: string, question: OneShot): Promise<void> {
  const field = onlyNew.find((each) => question[each] !== undefined && question[each] !== false)
  const message = 'Only a new session can be given this: leave it out, or leave `session_id` out.'
  if (field !== undefined) throw new Problem(422, 'invalid', message, { fields: [{ field, message }] })
  const { own } = await parts.bot.office({ id: user }).session(session)
  if (!own) throw new Problem(409, 'conflict', 'This session belongs to a chat: it is spoken to there.')
  if (question.model !== undefined) await obey(parts, { user, session }, `/model ${question.model}`, 'model')
}

/** What no line of the CLI tells: that there was no answer. */
async function* linesOf(run: Run, after: number, signal: AbortSignal): AsyncGenerator<LoggedEvent, void> {
  let last = after
  for await (const line of run.lines.after(after, signal)) {
    last = line.id
    yield line
  }
  if (!run.over || run.record.state === 'answered') return
  yield { id: last + 1, type: 'error', data: JSON.stringify(answerOf(run.record)) }
}

function answerOf({ state, session, result, files }: RunRecord): Answer {
  const { durationMs = 0, costUsd = 0 } = result?.figures ?? {}
  return {
    success: state === 'answered',
    result: result?.text ?? '',
    session_id: session,
    duration_ms: durationMs,
    cost_usd: costUsd,
    ...(files === undefined ? {} : { files }),
  }
}
