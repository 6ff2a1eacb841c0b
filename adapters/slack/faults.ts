/** What Slack refuses, as the core takes it. */
import { webApi } from '@slack/bolt'
import { AdapterError, type Fault } from '../../src/contract.ts'

/** Slack's own words for it, by what is to be done. What is not here is looked at by hand: `unknown`. */
const codes: Readonly<Record<Exclude<Fault, 'unknown' | 'throttled'>, readonly string[]>> = {
  auth: [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'app_uninstalled',
    'team_disabled',
    'user_removed_from_team',
    'org_login_required',
    'ekm_access_denied',
    'not_allowed_token_type',
    'invalid_refresh_token',
    'invalid_client_id',
    'bad_client_secret',
  ],
  forbidden: [
    'missing_scope',
    'no_permission',
    'access_denied',
    'not_in_channel',
    'is_archived',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'restricted_action_non_threadable_channel',
    'restricted_action_thread_locked',
    'cannot_reply_to_message',
    'user_not_in_channel',
    'messages_tab_disabled',
    'team_access_not_granted',
  ],
  gone: [
    'channel_not_found',
    'message_not_found',
    'thread_not_found',
    'user_not_found',
    'cant_update_message',
    'cant_delete_message',
    'edit_window_closed',
    'file_not_found',
    'file_deleted',
    'expired_trigger_id',
    'trigger_expired',
    'invalid_trigger_id',
  ],
  rejected: [
    'msg_too_long',
    'msg_blocks_too_long',
    'no_text',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_chunks',
    'invalid_arguments',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'metadata_too_large',
    'markdown_text_conflict',
    'attachment_payload_limit_exceeded',
    'posting_to_general_channel_denied',
    'file_update_failed',
    'storage_limit_reached',
  ],
  unsupported: [
    'feature_disabled',
    'unknown_method',
    'method_deprecated',
    'channel_type_not_supported',
    'method_not_supported_for_channel_type',
    'missing_recipient_user_id',
    'missing_recipient_team_id',
    'message_not_in_streaming_state',
    'streaming_state_conflict',
    'message_not_owned_by_app',
  ],
  network: ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'],
}
const faultOf = new Map<string, Fault>()
for (const fault of ['auth', 'forbidden', 'gone', 'rejected', 'unsupported', 'network'] as const) {
  for (const name of codes[fault]) faultOf.set(name, fault)
}

/** What to do, by fault or by Slack's own word for it. */
const advice: Readonly<Record<string, string>> = {
  invalid_client_id: 'compare the client ID with Basic Information, App Credentials',
  bad_client_secret: 'compare the client secret with Basic Information, App Credentials',
  invalid_refresh_token: 'install the app in this workspace again',
  not_in_channel: 'invite the bot into the channel',
}

/** Of a token that stands in the config. */
const configured = 'renew the token at api.slack.com/apps and put it into the config'

/** Slack's own code, e.g. `message_not_found`; undefined: it is no answer of Slack's. */
export function slackCode(error: unknown): string | undefined {
  const cause = error instanceof AdapterError ? error.cause : error
  return cause instanceof webApi.WebAPIPlatformError ? cause.data.error : undefined
}

/** `method`: what was called; `renewal`: what to do where Slack takes the token no more. */
export function asAdapterError(method: string, error: unknown, renewal = configured): AdapterError {
  if (error instanceof AdapterError) return error
  if (error instanceof webApi.WebAPIRateLimitedError) return throttled(method, error.retryAfter * 1000, error)
  if (error instanceof webApi.WebAPIPlatformError) return refused(method, error, renewal)
  if (error instanceof webApi.WebAPIHTTPError) {
    // Some proxy between: it may have passed the call on before it gave up.
    const code: Fault = error.statusCode >= 500 ? 'network' : 'unknown'
    return new AdapterError(code, `Slack answered ${method} with HTTP ${error.statusCode}`, {
      cause: error,
      uncertain: error.statusCode >= 500,
    })
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new AdapterError('network', `Slack cannot be reached for ${method}: ${reason}`, {
    cause: error,
    uncertain: !neverSent(error),
  })
}

export function throttled(method: string, retryAfter: number, cause?: unknown): AdapterError {
  return new AdapterError('throttled', `Slack takes ${method} no faster`, { retryAfter, cause })
}

/** A draft that is not sent, so that what is final can be. `retryAfter`: milliseconds. */
export function heldBack(method: string, retryAfter: number): AdapterError {
  return new AdapterError('throttled', `Slack takes ${method} no faster`, { retryAfter, draftsOnly: true })
}

function refused(method: string, error: webApi.WebAPIPlatformError, renewal: string): AdapterError {
  const { data } = error
  if (data.error === 'ratelimited' || data.error === 'rate_limited') return throttled(method, 1000, error)
  const code = faultOf.get(data.error) ?? 'unknown'
  const needed =
    'needed' in data && typeof data.needed === 'string' ? `, the app needs the scope ${data.needed}` : ''
  const what = advice[data.error] ?? (code === 'auth' ? renewal : advice[code])
  const then = what === undefined ? '' : `: ${what}`
  return new AdapterError(code, `Slack refuses ${method} (${data.error}${needed})${then}`, {
    cause: error,
    uncertain: code === 'network',
  })
}

/** Nobody heard it: there was no connection. */
function neverSent(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause ?? original(cause)) {
    const code = 'code' in cause ? String(cause.code) : ''
    if (['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code)) return true
  }
  return false
}

function original(error: Error): unknown {
  return error instanceof webApi.WebAPIRequestError ? error.original : undefined
}
