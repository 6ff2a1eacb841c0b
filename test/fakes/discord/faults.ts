/** What can go wrong with a call. */
import type { ServerResponse } from 'node:http'

export type Misfortune =
  /** Discord's own refusal: a status, and a code in the body. */
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly message?: string }
  | { readonly kind: 'throttled'; readonly seconds: number; readonly global?: boolean }
  /** Something between us and Discord answers. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is cut. */
  | { readonly kind: 'cut' }

interface Planned {
  readonly route: string
  readonly misfortune: Misfortune
  /** True: the call is carried out all the same. */
  readonly after: boolean
}

export class Faults {
  readonly #planned: Planned[] = []

  /** The next call of this route, e.g. `POST /channels/:channel/messages`, fails; `after`: it is carried out first. */
  plan(route: string, misfortune: Misfortune, after = false): void {
    this.#planned.push({ route, misfortune, after })
  }

  take(route: string): Planned | undefined {
    const index = this.#planned.findIndex((each) => each.route === route)
    return index === -1 ? undefined : this.#planned.splice(index, 1)[0]
  }
}

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
      response.writeHead(misfortune.status)
      response.end('upstream connect error')
      return
    case 'cut':
      response.destroy()
  }
}
