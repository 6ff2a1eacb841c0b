/** How a workspace installs the app: its people are sent to Slack, and come back with a code for a token. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Log } from '../../src/contract.ts'
import { installPath, redirectPath, scopes } from './manifest.ts'
import type { OAuth } from './oauth.ts'
import type { SlackSettings } from './settings.ts'
import type { Installation } from './token.ts'

/** How long somebody may take to agree. */
const freshMs = 10 * 60 * 1000
const cookie = 'parley-install'

/** What a browser is answered. */
export interface WebPage {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

export interface InstallsOptions {
  readonly settings: NonNullable<SlackSettings['oauth']>
  readonly oauth: OAuth
  readonly apiUrl: string
  readonly log: Log
  /** `id`: of the workspace, or of the organisation as a whole. */
  readonly installed: (id: string, installation: Installation) => Promise<void>
}

export class Installs {
  readonly #options: InstallsOptions

  constructor(options: InstallsOptions) {
    this.#options = options
  }

  /** Undefined: no such page. `cookies` as the browser sends them. */
  async page({ pathname, searchParams: query }: URL, cookies: string): Promise<WebPage | undefined> {
    if (pathname === installPath) return this.#leave()
    if (pathname === redirectPath) return this.#back(query, cookies)
    return undefined
  }

  /** The cookie binds what comes back to this browser: nobody's installation is finished by somebody else. */
  #leave(): WebPage {
    const { settings, apiUrl } = this.#options
    const nonce = randomBytes(16).toString('hex')
    const address = new URL('/oauth/v2/authorize', apiUrl)
    address.search = new URLSearchParams({
      client_id: settings.clientId,
      scope: scopes.join(','),
      redirect_uri: this.#redirect,
      state: this.#signed(`${Date.now()}.${nonce}`),
    }).toString()
    const kept = `${cookie}=${nonce}; Path=${redirectPath}; Max-Age=${freshMs / 1000}; HttpOnly; Secure; SameSite=Lax`
    return { status: 302, headers: { location: address.href, 'set-cookie': kept }, text: '' }
  }

  async #back(query: URLSearchParams, cookies: string): Promise<WebPage> {
    const code = query.get('code')
    if (query.get('error') !== null || code === null) {
      return said(400, `Slack says: ${query.get('error') ?? 'there is no code'}. Parley is not installed.`)
    }
    if (!this.#isOurs(query.get('state') ?? '', cookies)) {
      return said(
        400,
        `This link is too old, or was opened in another browser. Begin again at ${installPath}.`,
      )
    }
    try {
      const name = await this.#exchange(code)
      return said(200, `Parley is installed in ${name}. Write to it in Slack.`)
    } catch (error) {
      const { log } = this.#options
      log.error({ err: error }, 'an installation could not be finished')
      return said(502, `Slack did not finish the installation. Begin again at ${installPath}.`)
    }
  }

  /** Resolves with what the workspace is called. */
  async #exchange(code: string): Promise<string> {
    const { oauth, log, installed } = this.#options
    const { id, name, issued } = await oauth.exchange(code, this.#redirect)
    await installed(id, { ...issued, name })
    log.info({ workspace: id }, 'the app was installed in a workspace')
    return name
  }

  get #redirect(): string {
    return new URL(redirectPath, this.#options.settings.url).href
  }

  #signed(state: string): string {
    const { clientSecret } = this.#options.settings
    return `${state}.${createHmac('sha256', clientSecret).update(state).digest('hex')}`
  }

  #isOurs(state: string, cookies: string): boolean {
    const [at = '', nonce = ''] = state.split('.')
    const wanted = Buffer.from(this.#signed(`${at}.${nonce}`))
    const given = Buffer.from(state)
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false
    const known = cookies.split(/;\s*/).includes(`${cookie}=${nonce}`)
    return known && Math.abs(Date.now() - Number(at)) < freshMs
  }
}

function said(status: number, text: string): WebPage {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, text: `${text}\n` }
}
