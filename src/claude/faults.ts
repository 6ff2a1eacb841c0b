/** What went wrong, in words that somebody can act on. Pure. */
import type { ResultMessage } from './protocol.ts'
import { ClaudeError, type ClaudeErrorCode, type TurnFault } from './turn.ts'

/** Faults after which the process is gone or of no use: budgets stay spent, sessions stay unknown. */
const fatal: ReadonlySet<ClaudeErrorCode> = new Set<ClaudeErrorCode>([
  'died',
  'max-budget',
  'protocol',
  'session-in-use',
  'silent',
  'unknown-session',
])

function fault(code: ClaudeErrorCode, message: string, detail = ''): TurnFault {
  return { code, message, detail, fatal: fatal.has(code) }
}

/** What a result says went wrong; undefined when nothing did. */
export function faultOf(result: ResultMessage): TurnFault | undefined {
  if (!result.failed) return undefined
  const said = result.text === '' ? result.errors.join('; ') : result.text
  if (result.status !== undefined) return apiFault(result.status, said)
  const code = recognise(said) ?? codes[result.subtype] ?? (result.aborted ? 'interrupted' : undefined)
  if (code === undefined) {
    return result.subtype === 'success'
      ? fault('api-error', `Claude's API could not be reached: ${said} ${advice['api-error']}`, said)
      : fault('execution', `Claude stopped with an error: ${said || result.subtype}. Try again.`, said)
  }
  return fault(code, wordsFor(code, said), said)
}

const codes: Readonly<Record<string, ClaudeErrorCode>> = {
  error_max_turns: 'max-turns',
  error_max_budget_usd: 'max-budget',
}

/** Texts of the CLI that tell what its fields do not. */
const phrases: readonly (readonly [RegExp, ClaudeErrorCode])[] = [
  [/No conversation found|Failed to resume session/i, 'unknown-session'],
  [/is already in use/i, 'session-in-use'],
  [/not logged in|please run \/login|invalid api key|login has expired|log in again/i, 'not-logged-in'],
  [/usage limit|session limit|weekly limit|hit your limit|credit balance/i, 'api-limit'],
  [/^error: (unknown option|option|--)|^Error: Invalid |Settings file not found|MCP config/im, 'config'],
  [/cannot be used with root/i, 'config'],
]

function recognise(said: string): ClaudeErrorCode | undefined {
  return phrases.find(([pattern]) => pattern.test(said))?.[1]
}

function apiFault(status: number, said: string): TurnFault {
  const code: ClaudeErrorCode =
    status === 401 || status === 403
      ? 'api-auth'
      : status === 429
        ? 'api-limit'
        : status === 529
          ? 'api-overloaded'
          : 'api-error'
  return fault(code, wordsFor(code, said), said)
}

/** The API refuses the login; the CLI would go on trying. */
export function refusedLogin(status: number | undefined): TurnFault {
  return apiFault(401, `API error ${status ?? 401}`)
}

function wordsFor(code: ClaudeErrorCode, said: string): string {
  const words = advice[code]
  return words.startsWith(':') ? `${said}${said.endsWith('.') ? '' : '.'}${words.slice(1)}` : words
}

/** What to tell people. A leading colon: what the CLI said comes first. */
const advice: Readonly<Record<ClaudeErrorCode, string>> = {
  'not-found': 'The Claude CLI was not found.',
  'too-old': 'The Claude CLI is too old.',
  'not-logged-in':
    'Claude is not logged in on this server. Whoever runs the bot sets ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN from `claude setup-token`, and starts it again.',
  'unknown-session': 'Claude no longer has this conversation. Start a new one with /new.',
  'session-in-use': 'This session exists already and has to be resumed.',
  interrupted: 'Stopped.',
  'max-turns': 'Claude used up the steps that it may take for one answer. Say "go on" to let it continue.',
  'max-budget': 'This session has spent its budget. Start a new one with /new.',
  'over-budget': 'A budget is used up.',
  'api-auth':
    ": Claude's API refused the login. Whoever runs the bot checks the key or token, and the model's name.",
  'api-limit': ': A limit of the Claude account is reached. Wait a little and try again.',
  'api-overloaded':
    "Claude's API is overloaded and did not answer after several tries. Try again in a few minutes.",
  'api-error': ': Try again; if it persists, whoever runs the bot finds more in the log.',
  died: 'The Claude CLI ended in the middle of the answer. Send the message again: the conversation up to then is kept.',
  silent: 'Claude fell silent and was stopped. Send the message again: the conversation up to then is kept.',
  timeout: 'The answer took longer than allowed and was stopped. Ask for less at a time, or say "go on".',
  protocol: 'The Claude CLI said something that was not understood, and was stopped. Send the message again.',
  config:
    ': The Claude CLI refuses how it was started. Whoever runs the bot checks the `claude` block of the config.',
  'no-project': 'The project that Claude works in is not there any more.',
  'no-folder': 'The folder that Claude works in is not there any more.',
  'outside-folder': 'The folder that Claude works in leads out of the workspace.',
  'no-workspace': 'Something else stands in the place of the workspace.',
  empty:
    'Claude gave no answer, twice. Ask in other words, or /retry; if it stays silent, /new starts a new session.',
  execution: ': Try again.',
}

/** A fault that we found ourselves. `detail` follows the advice, e.g. the end of what the CLI wrote to stderr. */
export function ownFault(code: ClaudeErrorCode, detail = ''): TurnFault {
  return fault(code, detail === '' ? wordsFor(code, '') : `${wordsFor(code, '')} (${detail})`, detail)
}

/** Whoever pays may spend no more: `refusal` says so in words for the asker. */
export function overBudget(refusal: string): TurnFault {
  return { ...fault('over-budget', refusal), detail: refusal }
}

/** How a process ended. */
export interface Exit {
  /** Absent when a signal ended it. */
  readonly code: number | undefined
  readonly signal: string | undefined
  /** The end of what it wrote to stderr. */
  readonly stderr: string
}

/** Why a process ended that nobody told to end. */
export function deathOf(exit: Exit): TurnFault {
  const last = lastWords(exit.stderr)
  const code = recognise(exit.stderr)
  if (code !== undefined) return fault(code, wordsFor(code, last), last)
  const how = exit.signal === undefined ? `exit code ${exit.code ?? 'unknown'}` : `ended by ${exit.signal}`
  return ownFault('died', last === '' ? how : `${how}: ${last}`)
}

export function asError(fault: TurnFault): ClaudeError {
  return new ClaudeError(fault.code, fault.message, { detail: fault.detail ?? '' })
}

/** Older versions print a page of their own source around an error. */
function lastWords(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const error = lines.findLast((line) => /^error: /i.test(line))
  return (error ?? lines.slice(-3).join(' ')).slice(-400)
}
