/** The token of a workspace: one that lasts, or one that expires and is renewed in time. */
import { z } from 'zod'
import type { Log } from '../../src/contract.ts'
import type { Issued } from './oauth.ts'

/** Slack's tokens last for 12 hours: there is time to try more than once. */
const earlyMs = 15 * 60 * 1000
const againMs = 60 * 1000

export interface Token {
  /** What to do where Slack takes it no more; absent: it stands in the config. */
  readonly renewal?: string
  /** Good now, as far as is known. Throws {@link AdapterError}. */
  current(): Promise<string>
  /** In the place of one that Slack refused as expired; undefined: there is no other. Throws {@link AdapterError}. */
  instead(refused: string): Promise<string | undefined>
}

/** What is kept of an installation. */
export const Installation = z.object({
  token: z.string(),
  name: z.string(),
  renewedBy: z.string().exactOptional(),
  /** Milliseconds since 1970. */
  expiresAt: z.number().exactOptional(),
})
export type Installation = z.infer<typeof Installation>

export function lasting(token: string): Token {
  return { current: () => Promise.resolve(token), instead: () => Promise.resolve(undefined) }
}

export interface InstalledTokenParts {
  readonly load: () => Promise<Installation | undefined>
  readonly save: (installation: Installation) => Promise<void>
  readonly renew: (by: string) => Promise<Issued>
  /** What to do where Slack takes it no more. */
  readonly renewal: string
  readonly log: Log
}

export class InstalledToken implements Token {
  readonly #parts: InstalledTokenParts
  #now: Installation
  #renewing: Promise<string | undefined> | undefined
  /** Milliseconds since 1970: after a failure it is not tried again at once. */
  #notBefore = 0
  /** True where what Slack gave is not on disk yet. */
  #unsaved = false

  get renewal(): string {
    return this.#parts.renewal
  }

  constructor(now: Installation, parts: InstalledTokenParts) {
    this.#now = now
    this.#parts = parts
  }

  async current(): Promise<string> {
    const { token, expiresAt } = this.#now
    if (this.#unsaved) await this.#save()
    const now = Date.now()
    if (expiresAt === undefined || now < Math.max(expiresAt - earlyMs, this.#notBefore)) return token
    try {
      return (await this.instead(token)) ?? token
    } catch (error) {
      if (now >= expiresAt) throw error
      // It still works.
      this.#notBefore = Math.min(now + againMs, expiresAt)
      this.#parts.log.warn({ err: error }, 'the token of a workspace could not be renewed: it is tried again')
      return token
    }
  }

  instead(refused: string): Promise<string | undefined> {
    this.#renewing ??= this.#renew(refused).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renew(refused: string): Promise<string | undefined> {
    if (this.#now.token !== refused) return this.#now.token
    const { load, renew, log } = this.#parts
    const kept = (await load()) ?? this.#now
    if (kept.token !== refused) {
      // Another process was faster: what renews a token works once.
      this.#now = kept
      return kept.token
    }
    if (kept.renewedBy === undefined) return undefined
    this.#now = { ...kept, ...(await renew(kept.renewedBy)) }
    await this.#save()
    log.info({ workspace: kept.name }, 'the token of a workspace was renewed')
    return this.#now.token
  }

  /** Never rejects: Slack takes the old one no more, so it goes on with the new one, and is tried again. */
  async #save(): Promise<void> {
    const { save, log } = this.#parts
    try {
      await save(this.#now)
      this.#unsaved = false
    } catch (error) {
      this.#unsaved = true
      log.error({ err: error }, 'the renewed token of a workspace could not be kept: it is tried again')
    }
  }
}
