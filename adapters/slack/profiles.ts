/** What people are called, and the language that they use Slack in. Nice to know: nothing waits long for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { Newest, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'

export interface Profile {
  readonly name?: string
  /** A BCP 47 tag, e.g. `en-US`. */
  readonly locale?: string
}

/** An event must be acknowledged within 3 s. */
const patienceMs = 1000
const freshMs = 60 * 60 * 1000
/** After a failure it is asked again. */
const failedMs = 60 * 1000
const mostRemembered = 5000

const Info = z.object({
  user: z.object({
    name: z.string().optional(),
    locale: z.string().optional(),
    profile: z.object({ display_name: z.string().optional(), real_name: z.string().optional() }).optional(),
  }),
})

interface Known {
  readonly profile: Promise<Profile>
  /** Milliseconds since 1970. */
  until: number
}

export class Profiles {
  readonly #api: Api
  readonly #log: Log
  readonly #known = new Newest<Known>(mostRemembered)

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /** Of those that can be had in time. Never rejects. */
  async of(users: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
    const late = sleep(patienceMs, {}, { ref: false })
    const found = users.map(async (user) => [user, await Promise.race([this.#one(user), late])] as const)
    return new Map(await Promise.all(found))
  }

  #one(user: string): Promise<Profile> {
    const known = this.#known.get(user)
    if (known !== undefined && known.until > Date.now()) return known.profile
    const asked: Known = { profile: this.#ask(user), until: Date.now() + freshMs }
    this.#known.set(user, asked)
    return asked.profile
  }

  /** Never rejects. */
  async #ask(user: string): Promise<Profile> {
    try {
      const answer = await this.#api.run('users.info', (client) =>
        client.users.info({ user, include_locale: true }),
      )
      const { name: handle, locale, profile } = Info.parse(answer).user
      const name = [profile?.display_name, profile?.real_name, handle].find(
        (each) => each !== undefined && each !== '',
      )
      return { ...(name !== undefined && { name }), ...(locale !== undefined && { locale }) }
    } catch (error) {
      this.#log.debug({ err: error }, 'what somebody is called could not be learnt')
      const known = this.#known.get(user)
      if (known !== undefined) known.until = Date.now() + failedMs
      return {}
    }
  }
}
