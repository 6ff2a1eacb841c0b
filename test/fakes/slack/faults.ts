/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'
import { type AnyMisfortune, sufferAny } from '../faults.ts'

export type Misfortune =
  | { readonly kind: 'error'; readonly error: string; readonly more?: object }
  | { readonly kind: 'throttled'; readonly seconds: number }
  /** The answer comes late: then. */
  | { readonly kind: 'late'; readonly until: Promise<void> }
  | AnyMisfortune

export function suffer(misfortune: Misfortune, response: ServerResponse): void {
  switch (misfortune.kind) {
    case 'error':
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ok: false, error: misfortune.error, ...misfortune.more }))
      return
    case 'throttled':
      response.writeHead(429, { 'retry-after': String(misfortune.seconds) })
      response.end(JSON.stringify({ ok: false, error: 'ratelimited' }))
      return
    case 'late':
      // Whoever asked may have given up.
      void misfortune.until.then(() => response.end(JSON.stringify({ ok: false, error: 'request_timeout' })))
      return
    case 'status':
    case 'cut':
      sufferAny(misfortune, response)
  }
}
