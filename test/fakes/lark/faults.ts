/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'

export type Misfortune =
  /** An answer of the platform's own. */
  | { readonly kind: 'refused'; readonly code: number; readonly msg?: string }
  | { readonly kind: 'throttled'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut. */
  | { readonly kind: 'cut' }

interface Planned {
  readonly endpoint: RegExp
  readonly misfortune: Misfortune
  /** True: the call is carried out all the same. */
  readonly after: boolean
}

export class Faults {
  readonly #planned: Planned[] = []

  /** The next call of `POST /im/v1/messages` or the like fails; `after`: it is carried out first. */
  plan(endpoint: RegExp, misfortune: Misfortune, after = false): void {
    this.#planned.push({ endpoint, misfortune, after })
  }

  take(call: string): Planned | undefined {
    const index = this.#planned.findIndex(({ endpoint }) => endpoint.test(call))
    return index === -1 ? undefined : this.#planned.splice(index, 1)[0]
  }
}

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
      response.writeHead(misfortune.status)
      response.end('upstream connect error')
      return
    case 'cut':
      response.destroy()
  }
}
