/** What Slack gives tokens for: the code that an installation ends with, and the token that renews one that expires. */
import { webApi } from '@slack/bolt'
import { z } from 'zod'
import type { Log } from '../../src/contract.ts'
import { asAdapterError } from './faults.ts'
import { slackLogger } from './logger.ts'
import { installPath } from './manifest.ts'
import type { SlackSettings } from './settings.ts'

/** Where the app rotates its tokens they begin otherwise, expire, and come with another that renews them once. */
const Issued = z
  .object({
    access_token: z.string().regex(/^(?:xoxe\.)?xoxb-/),
    refresh_token: z.string().optional(),
    expires_in: z.number().positive().optional(),
  })
  .transform(({ access_token: token, refresh_token: renewedBy, expires_in: seconds }) => ({
    token,
    ...(renewedBy === undefined ? {} : { renewedBy }),
    ...(seconds === undefined ? {} : { expiresAt: Date.now() + seconds * 1000 }),
  }))
export type Issued = z.infer<typeof Issued>

const Where = z.object({
  is_enterprise_install: z.boolean().optional(),
  team: z.object({ id: z.string(), name: z.string().optional() }).nullish(),
  enterprise: z.object({ id: z.string(), name: z.string().optional() }).nullish(),
})

/** A token, and what it is good for: a workspace, or an organisation as a whole. */
export interface Granted {
  readonly id: string
  readonly name: string
  readonly issued: Issued
}

export class OAuth {
  readonly #oauth: NonNullable<SlackSettings['oauth']>
  readonly #client: webApi.WebClient

  constructor(oauth: NonNullable<SlackSettings['oauth']>, apiUrl: string, log: Log) {
    this.#oauth = oauth
    this.#client = new webApi.WebClient(undefined, {
      slackApiUrl: apiUrl,
      timeout: 20_000,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: slackLogger(log),
    })
  }

  /** Where browsers begin an installation. */
  get installUrl(): string {
    return new URL(installPath, this.#oauth.url).href
  }

  /** `redirect`: where Slack sent the browser back to. Throws {@link AdapterError}. */
  async exchange(code: string, redirect: string): Promise<Granted> {
    const answer = await this.#access({ code, redirect_uri: redirect })
    const { is_enterprise_install: whole, team, enterprise } = Where.parse(answer)
    const where = whole === true ? enterprise : team
    if (where === undefined || where === null) throw new Error('Slack names no workspace')
    const { id, name = id } = where
    return { id, name, issued: Issued.parse(answer) }
  }

  /** `by` is good for once. Throws {@link AdapterError}. */
  async renew(by: string): Promise<Issued> {
    return Issued.parse(await this.#access({ grant_type: 'refresh_token', refresh_token: by }))
  }

  async #access(more: Readonly<Record<string, string>>): Promise<unknown> {
    const { clientId: client_id, clientSecret: client_secret } = this.#oauth
    try {
      return await this.#client.oauth.v2.access({ client_id, client_secret, ...more })
    } catch (error) {
      throw asAdapterError('oauth.v2.access', error)
    }
  }
}
