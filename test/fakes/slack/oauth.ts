/** How workspaces install the app: what Slack does between "Allow" and the token. */
import { Refusal } from './method.ts'
import type { Team } from './team.ts'

/** What an app is installed in: a workspace, or all those of an organisation. */
export type Place = Team | Organisation

/** An Enterprise organisation that installs the app as a whole. */
interface Organisation {
  readonly enterprise: string
  readonly teams: readonly Team[]
}

export class OAuth {
  readonly clientId = '1.2'
  readonly clientSecret = 'a client secret'
  /** Seconds that tokens are good for where the app rotates them. */
  expiresIn: number | undefined
  readonly #codes = new Map<string, { readonly place: Place; readonly redirect: string }>()
  /** What renews a token, once. */
  readonly #renewing = new Map<string, Place>()
  #count = 0

  /** Somebody presses "Allow" on the page that they were sent to. Where their browser goes then. */
  agree(page: string, place: Place): string {
    const query = new URL(page).searchParams
    const redirect = query.get('redirect_uri') ?? ''
    if (query.get('client_id') !== this.clientId || !(query.get('scope') ?? '').includes('chat:write')) {
      throw new Error('Slack would show an error')
    }
    const code = `code-${++this.#count}`
    this.#codes.set(code, { place, redirect })
    return `${redirect}?${new URLSearchParams({ code, state: query.get('state') ?? '' }).toString()}`
  }

  /** A code is good once. */
  exchange(code: string, client: Client & { redirect: string | undefined }): Place {
    this.#check(client)
    const known = this.#codes.get(code)
    this.#codes.delete(code)
    if (known === undefined) throw new Refusal('invalid_code')
    if (known.redirect !== client.redirect) throw new Refusal('bad_redirect_uri')
    return known.place
  }

  /** So is what renews a token. */
  renew(by: string, client: Client): Place {
    this.#check(client)
    const place = this.#renewing.get(by)
    if (!this.#renewing.delete(by) || place === undefined) throw new Refusal('invalid_refresh_token')
    return place
  }

  renewal(place: Place): string {
    const by = `xoxe-1-${++this.#count}`
    this.#renewing.set(by, place)
    return by
  }

  #check({ id, secret }: Client): void {
    if (id !== this.clientId) throw new Refusal('invalid_client_id')
    if (secret !== this.clientSecret) throw new Refusal('bad_client_secret')
  }
}

interface Client {
  readonly id: string
  readonly secret: string
}

/** The workspaces of it. */
export function teamsOf(place: Place): readonly Team[] {
  return 'teams' in place ? place.teams : [place]
}
