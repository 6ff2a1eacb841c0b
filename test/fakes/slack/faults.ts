/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'

export type Misfortune =
  | { readonly kind: 'error'; readonly error: string; readonly more?: object }
  | { readonly kind: 'throttled'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut. */
  | { readonly kind: 'cut' }

interface Planned {
  readonly method: string
  readonly misfortune: Misfortune
  /** True: the call is carried out all the same. */
  readonly after: boolean
}

export class Faults {
  readonly #planned: Planned[] = []

  /** The next call of this method fails; `after`: it is carried out first. */
  plan(method: string, misfortune: Misfortune, after = false): void {
    this.#planned.push({ method, misfortune, after })
  }

  take(method: string): Planned | undefined {
    const index = this.#planned.findIndex((each) => each.method === method)
    return index === -1 ? undefined : this.#planned.splice(index, 1)[0]
  }
}

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
    case 'status':
      response.writeHead(misfortune.status)
      response.end('upstream connect error')
      return
    case 'cut':
      response.destroy()
  }
}
