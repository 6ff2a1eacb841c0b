/** Puts a message to Claude, once for each id, and answers in the form that was asked for. */
import type { Bot } from '../../src/contract.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { messageFor } from './inbound.ts'
import { Problem } from './problems.ts'
import type { Run } from './run.ts'
import type { Runs } from './runs.ts'
import type { Parts } from './parts.ts'
import { type RunRecord, type RunView, runView } from './shapes/run.ts'
import { lastSeen, sendEvents, wantsEvents } from './sse.ts'

/** The run of this id: another request for the same joins it. Throws {@link Problem}. */
export async function ask({ bot, runs }: Parts, record: RunRecord): Promise<Run> {
  const { session, text } = record
  const { run, isNew } = await runs.add(record)
  if (!isNew) {
    if (run.record.session === session && run.record.text === text) return run
    const message = 'Something else was asked under this id.'
    throw new Problem(409, 'conflict', message, { fields: [{ field: 'id', message }] })
  }
  try {
    if ((await bot.receive(messageFor(record, text, record.commands !== true))) !== 'refused') return run
  } catch (error) {
    await runs.drop(run)
    throw error
  }
  await runs.drop(run)
  throw new Problem(403, 'forbidden', 'The bot did not take this message.')
}

/** As JSON when it has ended, as events while it runs, or at once with where to look. */
export async function answer(
  { closing, closed }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  run: Run,
): Promise<RunView | undefined> {
  const { id } = run.record
  const location = `/api/v1/tasks/${encodeURIComponent(id)}`
  if (wantsEvents(request)) {
    const events = (signal: AbortSignal) => run.events.after(lastSeen(request), signal)
    await sendEvents(reply, events, closing, { location })
    return undefined
  }
  void reply.header('location', location)
  if (prefersLater(request)) {
    void reply.code(202).header('preference-applied', 'respond-async')
    return runView(run.record)
  }
  const record = await endOf(run, closed)
  if (record.state === 'answered') return runView(record)
  const { result, state } = record
  const more = { task: runView(record) }
  if (state === 'cancelled') throw new Problem(409, 'cancelled', result?.text ?? 'It was stopped.', { more })
  throw new Problem(502, 'failed', result?.text ?? 'Claude could not answer.', { more })
}

/** Resolves when it has ended. Throws {@link Problem} where the server closes before. */
export async function endOf(run: Run, closed: Promise<void>): Promise<RunRecord> {
  await Promise.race([run.ended, closed])
  if (run.over) return run.record
  const message = 'The bot is stopping. What it has accepted it answers when it runs again: fetch it then.'
  throw new Problem(503, 'closing', message, { more: { task: runView(run.record) } })
}

export function prefersLater({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*respond-async\b/i.test(String(headers['prefer'] ?? ''))
}

/** What an earlier process had written down and perhaps not handed on: what the core knows, it does not take twice. */
export async function againAsked({ receive }: Pick<Bot, 'receive'>, runs: Runs): Promise<void> {
  const messages = runs.open.filter(({ record }) => record.kind === 'message')
  for (const { record } of messages) await receive(messageFor(record, record.text, record.commands !== true))
}
