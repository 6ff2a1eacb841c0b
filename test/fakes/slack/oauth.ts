/** How workspaces install the app: what Slack does between "Allow" and the token. */
import { Refusal } from './method.ts'
import type { Team } from './team.ts'

export class OAuth {
  readonly clientId = '1.2'
  readonly clientSecret = 'a client secret'
  readonly #codes = new Map<string, { readonly team: Team; readonly redirect: string }>()
  #count = 0

  /** Somebody presses "Allow" on the page that they were sent to. Where their browser goes then. */
  agree(page: string, team: Team): string {
    const query = new URL(page).searchParams
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== this.clientId || !(query.get('scope') ?? '').includes('chat:write')) {
      throw new Error('Slack would show an error')
    }
    const code = `code-${++this.#count}`
    this.#codes.set(code, { team, redirect })
    return `${redirect}?${new URLSearchParams({ code, state: query.get('state') ?? '' }).toString()}`
  }

  /** A code is good once. */
  exchange(code: string, client: { id: string; secret: string; redirect: string }): Team {
    const known = this.#codes.get(code)
    this.#codes.delete(code)
    if (client.id !== this.clientId) throw new Refusal('invalid_client_id')
    if (client.secret !== this.clientSecret) throw new Refusal('bad_client_secret')
    if (known === undefined) throw new Refusal('invalid_code')
    if (known.redirect !== client.redirect) throw new Refusal('bad_redirect_uri')
    return known.team
  }
}
