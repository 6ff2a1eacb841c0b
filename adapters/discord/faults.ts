/** What Discord refuses, as the core takes it. */
import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { AdapterError, type Fault } from '../../src/contract.ts'

/** Discord's own codes, by what is to be done. What is not here goes by its HTTP status. */
const codes: Readonly<Partial<Record<Fault, readonly number[]>>> = {
  forbidden: [
    20_001, // bots cannot use this
    40_001, // unauthorised for this action
    50_001, // missing access
    50_005, // somebody else's message
    50_007, // this user takes no direct messages
    50_013, // missing permissions
    50_278, // no guild in common with this user
  ],
  gone: [
    10_003, // channel
    10_004, // guild
    10_008, // message
    10_015, // webhook
    10_062, // interaction
    50_027, // the token of an interaction has expired
    50_083, // the thread is archived
  ],
  rejected: [
    40_005, // too large
    50_006, // empty
    50_035, // an invalid form
    50_109, // invalid JSON
    200_000, // blocked by the guild's own rules
    240_000, // a link that is not allowed
  ],
  unsupported: [
    50_008, // this channel takes no text
    50_019, // not in this channel
    50_024, // not in channels of this type
    160_005, // the thread is locked
  ],
  throttled: [
    20_016, // slow mode
    20_022, // too many edits of announcements
    20_028, // too many writes to the channel
    20_029, // too many writes to the guild
    30_046, // too many edits of an old message
    40_062, // the resource is rate limited
  ],
}
const faultOf = new Map<number, Fault>()
for (const fault of ['forbidden', 'gone', 'rejected', 'unsupported', 'throttled'] as const) {
  for (const code of codes[fault] ?? []) faultOf.set(code, fault)
}

const renewal = 'renew the token at discord.com/developers/applications and put it into the config'

/** Discord's own code, e.g. 10008; undefined: it is no answer of Discord's. */
export function discordCode(error: unknown): number | undefined {
  const cause = error instanceof AdapterError ? error.cause : error
  return cause instanceof DiscordAPIError ? Number(cause.code) : undefined
}

/** `what`: the call, for messages. */
export function asAdapterError(what: string, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error
  if (error instanceof RateLimitError) return throttled(what, error.retryAfter, tokenless(error))
  if (error instanceof DiscordAPIError || error instanceof HTTPError) error.url = withoutToken(error.url)
  if (error instanceof DiscordAPIError) return refused(what, error)
  if (error instanceof HTTPError) {
    return new AdapterError('network', `Discord answered ${what} with HTTP ${error.status}`, {
      cause: error,
      uncertain: true,
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  // The SDK forgets a token that Discord has refused.
  if (reason.startsWith('Expected token to be set')) return refusedToken(what, error)
  return new AdapterError('network', `Discord cannot be reached for ${what}: ${reason}`, {
    cause: error,
    uncertain: !neverSent(error),
  })
}

/** `retryAfter`: milliseconds. */
function throttled(what: string, retryAfter: number, cause?: unknown): AdapterError {
  return new AdapterError('throttled', `Discord takes ${what} no faster`, { retryAfter, cause })
}

/** A draft that is not sent, so that what is final can be. `retryAfter`: milliseconds. */
export function heldBack(retryAfter: number): AdapterError {
  return new AdapterError('throttled', 'Discord takes drafts no faster', { retryAfter, draftsOnly: true })
}

export function refusedToken(what: string, cause?: unknown): AdapterError {
  return new AdapterError('auth', `Discord refuses the token for ${what}: ${renewal}`, { cause })
}

function refused(what: string, error: DiscordAPIError): AdapterError {
  const { status } = error
  if (status === 401 && Number(error.code) === 0) return refusedToken(what, error)
  const code = faultOf.get(Number(error.code)) ?? byStatus(status)
  return new AdapterError(code, `Discord refuses ${what} (${error.code}: ${firstLine(error.message)})`, {
    cause: error,
  })
}

function byStatus(status: number): Fault {
  if (status === 401) return 'auth'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'gone'
  if (status === 429) return 'throttled'
  return status === 400 || status === 413 ? 'rejected' : 'unknown'
}

/** The token stands in its address, and in the key of the SDK's queue: `<id>/<token>`. */
function tokenless(error: RateLimitError): RateLimitError {
  error.url = withoutToken(error.url)
  error.majorParameter = error.majorParameter.replace(/\/.*$/s, '/…')
  return error
}

/** With the token of an interaction anybody may write in its chat, for a while: it is for no log. */
function withoutToken(url: string): string {
  return url.replace(/(\/(?:interactions|webhooks)\/\d+\/)[^/?]+/, '$1…')
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** Nobody heard it: there was no connection. */
function neverSent(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? String(cause.code) : ''
    if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return true
  }
  return false
}
