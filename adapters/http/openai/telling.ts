/** A run as a stream of words that ends: with the answer, with a question, or by a failure. */
import { z } from 'zod'
import { Problem } from '../problems.ts'
import type { Run } from '../run.ts'
import { type RunRecord, runView } from '../shapes/run.ts'
import { questionText } from './questions.ts'
import { Spoken } from './spoken.ts'

export type Told =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'answered'; readonly figures: Figures | undefined }
  /** Claude asks: `after` is the id of the event that says so. */
  | { readonly type: 'asked'; readonly prompt: string; readonly after: number }

export type Figures = NonNullable<NonNullable<RunRecord['result']>['figures']>

const Words = z.object({ delta: z.string().exactOptional(), text: z.string().exactOptional() })
const Asked = z.looseObject({
  prompt: z.string(),
  title: z.string(),
  markdown: z.string(),
  choices: z.array(z.looseObject({ id: z.string(), label: z.string() })),
})

/**
 * What is said after the event of this id; the events before it were heard already. Ends without an end when `signal` is
 * aborted. Throws {@link Problem} when the run failed.
 */
export async function* telling(run: Run, after: number, signal: AbortSignal): AsyncGenerator<Told, void> {
  const spoken = new Spoken()
  let last: number | undefined
  for await (const { id, type, data } of run.events.after(0, signal)) {
    // Of a long answer to a slow reader some is forgotten; its end has the whole.
    const whole = last === undefined || id === last + 1
    last = id
    if (whole && (type === 'message' || type === 'message_reset')) {
      const { delta, text } = Words.parse(JSON.parse(data))
      if (delta === undefined) spoken.reset(text ?? '')
      else spoken.add(delta)
    }
    if (id <= after) {
      spoken.skip()
      continue
    }
    if (type === 'complete') {
      const text = remainder(spoken, run)
      if (text !== '') yield { type: 'text', text }
      return yield { type: 'answered', figures: run.record.result?.figures }
    }
    if (type === 'error') throw failure(run.record)
    const said = whole ? spoken.next() : ''
    if (said !== '') yield { type: 'text', text: said }
    if (type !== 'permission') continue
    const asked = Asked.parse(JSON.parse(data))
    yield { type: 'text', text: `${spoken.text === '' ? '' : '\n\n'}${questionText(asked)}` }
    return yield { type: 'asked', prompt: asked.prompt, after: id }
  }
}

/** What the end knows more than the stream: all of it, where nothing was streamed. */
function remainder(spoken: Spoken, { record }: Run): string {
  const { text = '' } = record.result ?? {}
  if (text.startsWith(spoken.text)) spoken.reset(text)
  return spoken.next()
}

function failure(record: RunRecord): Problem {
  const { result, state } = record
  const more = { task: runView(record) }
  if (state === 'cancelled') return new Problem(409, 'cancelled', result?.text ?? 'It was stopped.', { more })
  return new Problem(502, 'failed', result?.text ?? 'Claude could not answer.', { more })
}
