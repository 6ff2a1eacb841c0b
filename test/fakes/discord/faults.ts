/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'
import { type AnyMisfortune, sufferAny } from '../faults.ts'

export type Misfortune =
  /** Discord's own refusal: a status, and a code in the body. */
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly message?: string }
  | { readonly kind: 'throttled'; readonly seconds: number; readonly global?: boolean }
  | AnyMisfortune

export function suffer(misfortune: Misfortune, response: ServerResponse): void {
  switch (misfortune.kind) {
    case 'error': {
      const { status, code, message = 'refused' } = misfortune
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ message, code }))
      return
    }
    case 'throttled': {
      const { seconds, global = false } = misfortune
      response.writeHead(429, {
        'content-type': 'application/json',
        'retry-after': String(seconds),
        'x-ratelimit-scope': global ? 'global' : 'user',
        ...(global ? { 'x-ratelimit-global': 'true' } : {}),
      })
      response.end(JSON.stringify({ message: 'You are being rate limited.', retry_after: seconds, global }))
      return
    }
    case 'status':
    case 'cut':
      sufferAny(misfortune, response)
  }
}
