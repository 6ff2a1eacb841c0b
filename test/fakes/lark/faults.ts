/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'
import { type AnyMisfortune, sufferAny } from '../faults.ts'

export type Misfortune =
  /** An answer of the platform's own. */
  | { readonly kind: 'refused'; readonly code: number; readonly msg?: string }
  | { readonly kind: 'throttled'; readonly seconds: number }
  | AnyMisfortune

export function suffer(misfortune: Misfortune, response: ServerResponse): void {
  switch (misfortune.kind) {
    case 'refused':
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ code: misfortune.code, msg: misfortune.msg ?? 'refused by the test' }))
      return
    case 'throttled':
      response.writeHead(429, { 'x-ogw-ratelimit-reset': String(misfortune.seconds) })
      response.end(JSON.stringify({ code: 99991400, msg: 'request trigger frequency limit' }))
      return
    case 'status':
    case 'cut':
      sufferAny(misfortune, response)
  }
}
