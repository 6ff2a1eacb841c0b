/** What Feishu refuses, as the core takes it. */
import { AdapterError, type Fault } from '../../src/contract.ts'

/** `{ code, msg }` with a code that is not 0. */
export class LarkRefusal extends Error {
  override readonly name = 'LarkRefusal'
  readonly code: number

  constructor(code: number, msg: string) {
    super(msg)
    this.code = code
  }
}

/** An answer without words of the platform's own: a proxy's, or none of the API's. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly status: number
  /** Milliseconds to wait, where it said so. */
  readonly retryAfter: number | undefined

  constructor(status: number, retryAfter?: number) {
    super(`HTTP ${status}`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** Feishu's own codes, by what is to be done. What is not here is looked at by hand: `unknown`. */
const codes: Readonly<Record<Exclude<Fault, 'unknown'>, readonly number[]>> = {
  // 10003 app id, 10014 secret, 11205 no bot, 9999166x tokens, 99991662 the app is switched off.
  auth: [
    10003, 10012, 11205, 10014, 10015, 99991543, 99991661, 99991662, 99991663, 99991664, 99991668, 99991671,
    99991673,
  ],
  // Not in the chat, no bot, not available to this user, muted, a permission is missing, the address is not listed,
  // another tenant, a chat with secrets, another app's card.
  forbidden: [
    230002, 230006, 230013, 230015, 230018, 230027, 230029, 230035, 230036, 230038, 230053, 230073, 230074,
    232033, 234007, 234041, 300311, 99991401, 99991672, 99991679,
  ],
  // Withdrawn, deleted, not visible, past its time or its number of edits; the card past its 14 days, or nowhere; no such person, or
  // department, that the app may see.
  gone: [
    40004, 40008, 40015, 41012, 41050, 230011, 230019, 230031, 230050, 230072, 230075, 230110, 230111, 231003,
    232009, 200740, 200750,
  ],
  // The content: malformed, too long, too many parts, refused by a policy, no such image, no image at all.
  rejected: [
    10002, 200220, 200860, 230001, 230022, 230025, 230028, 230055, 230099, 234001, 234006, 234010, 234011,
    234039, 300301, 300302, 300305, 300307, 99992402,
  ],
  unsupported: [
    200850, 230054, 230071, 300303, 300309, 300310, 300312, 300313, 300314, 300315, 300317, 99991404,
  ],
  // Too fast; somebody has pressed a button of this card, and was not answered yet.
  throttled: [200810, 230020, 99991400],
  // Being sent at this moment, internal errors, no room on their side.
  network: [1500, 2200, 190005, 230049, 232096, 234042, 300120, 99991500],
}
const named = ['auth', 'forbidden', 'gone', 'rejected', 'unsupported', 'throttled', 'network'] as const
const faultOf = new Map<number, Fault>(
  named.flatMap((fault) => codes[fault].map((code): [number, Fault] => [code, fault])),
)

const advice: Readonly<Partial<Record<Fault, string>>> = {
  auth: 'check appId and appSecret in the config against Credentials & Basic Info, and that the app has a bot and is released',
}
const defaultWaitMs = 1000

/** A tenant's token that is no longer good: a new one is fetched. */
export const staleToken: ReadonlySet<number | undefined> = new Set([99991663, 99991664, 99991668])

/** Feishu's own code; undefined: it is no answer of Feishu's. */
export function larkCode(error: unknown): number | undefined {
  const cause = error instanceof AdapterError ? error.cause : error
  return cause instanceof LarkRefusal ? cause.code : undefined
}

/** Feishu takes the call, and not what is in it. */
export function isRejected(error: unknown): boolean {
  return error instanceof AdapterError && error.code === 'rejected'
}

/** What was called for takes no change, now or later: a permission is gone, it is, or Feishu says what nobody knows. */
export function isDead(error: unknown): boolean {
  if (!(error instanceof AdapterError)) return false
  if (error.code === 'unknown') return larkCode(error) !== undefined
  return error.code === 'forbidden' || error.code === 'gone' || error.code === 'unsupported'
}

/** `what`: what was called. */
export function asAdapterError(what: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error
  if (error instanceof LarkRefusal) return refused(what, error)
  if (error instanceof HttpFailure) return failed(what, error)
  const reason = error instanceof Error ? error.message : String(error)
  return new AdapterError('network', `Feishu cannot be reached for ${what}: ${reason}`, {
    cause: error,
    uncertain: !neverSent(error),
  })
}

export function throttled(what: string, retryAfter: number, cause?: unknown): AdapterError {
  return new AdapterError('throttled', `Feishu takes ${what} no faster`, { retryAfter, cause })
}

/** A draft that is not sent, so that what is final can be. `retryAfter`: milliseconds. */
export function heldBack(what: string, retryAfter: number): AdapterError {
  return new AdapterError('throttled', `Feishu takes ${what} no faster`, { retryAfter, draftsOnly: true })
}

function refused(what: string, error: LarkRefusal): AdapterError {
  const code = faultOf.get(error.code) ?? 'unknown'
  if (code === 'throttled') return throttled(what, defaultWaitMs, error)
  const then = advice[code] === undefined ? '' : `: ${advice[code]}`
  return new AdapterError(code, `Feishu refuses ${what} (${error.code} ${error.message})${then}`, {
    cause: error,
    uncertain: code === 'network',
  })
}

function failed(what: string, error: HttpFailure): AdapterError {
  if (error.status === 429) return throttled(what, error.retryAfter ?? defaultWaitMs, error)
  const code: Fault = error.status >= 500 ? 'network' : 'unknown'
  return new AdapterError(code, `Feishu answered ${what} with HTTP ${error.status}`, {
    cause: error,
    uncertain: error.status >= 500,
  })
}

/** Nobody heard it: there was no connection. */
function neverSent(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : ''
    if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return true
  }
  return false
}
