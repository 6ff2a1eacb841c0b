/** What a turn's end is called, and the one message that says so. Pure. */
import type { ClaudeErrorCode, TurnResult } from '../claude/turn.ts'
import type { Outcome, TextReply } from '../contract.ts'
import type { Words } from '../words/en.ts'

/** A reply that ends a message. */
export type FinalReply = TextReply & { readonly outcome: Outcome }

/** How a turn ended, and for whom. */
interface Ending {
  /** Somebody asked for it, so whatever the CLI reports is no failure. */
  readonly stopped: boolean
  readonly words: Words
}

/** What the bot itself says of the end; undefined: the answer is whole. */
export function remarkOn({ fault }: TurnResult, { stopped, words }: Ending): string | undefined {
  if (stopped) return `*${words.ending.stopped}*`
  return fault && words.faults.told(fault)
}

export function answerOf(key: string, result: TurnResult, ending: Ending): FinalReply {
  const { text } = result
  const { stopped, words } = ending
  const remark = remarkOn(result, ending)
  // No figures of a stopped one: the CLI counts no tokens of a turn that it did not finish.
  if (remark !== undefined && stopped)
    return { kind: 'text', key, tone: 'notice', outcome: 'cancelled', markdown: below(text, remark) }
  const { language } = words
  const base = { kind: 'text', key, language, figures: figuresOf(result) } as const
  if (remark !== undefined)
    return { ...base, tone: 'error', outcome: 'failed', markdown: below(text, remark) }
  const markdown = text === '' ? `*${words.ending.empty}*` : text
  return { ...base, tone: 'answer', outcome: 'answered', markdown }
}

/** A reply of the bot's own that ends a message without Claude. */
export function noticeOf(key: string, outcome: Outcome, markdown: string): FinalReply {
  return { kind: 'text', key, markdown, outcome, tone: outcome === 'failed' ? 'error' : 'notice' }
}

/** The result of a turn that never reached Claude. */
export function failedResult(code: ClaudeErrorCode, message: string, detail = ''): TurnResult {
  return {
    text: '',
    fault: { code, message, detail, fatal: false },
    costUsd: 0,
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    durationMs: 0,
    sessionId: '',
  }
}

function below(text: string, note: string): string {
  return text === '' ? note : `${text}\n\n---\n\n${note}`
}

function figuresOf({ costUsd, durationMs, usage }: TurnResult): NonNullable<TextReply['figures']> {
  return {
    costUsd,
    durationMs,
    inputTokens: usage.input + usage.cacheRead + usage.cacheWrite,
    outputTokens: usage.output,
  }
}
