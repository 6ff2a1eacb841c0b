/** Which roles people have, where an event does not tell: in direct chats, and of what was missed. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AdapterError, type Inbound, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { Snowflake } from './events.ts'
import { discordCode } from './faults.ts'
import { groupOf } from './inbound.ts'

/** Several messages of one person in a row ask once. */
const freshMs = 5000
const mostRemembered = 10_000
/** No member, no such guild, not let in there: no roles. */
const nowhere: ReadonlySet<number | undefined> = new Set([10_007, 10_013, 10_004, 50_001])

const Member = z.object({ roles: z.array(Snowflake) })

interface Known {
  readonly roles: Promise<readonly string[]>
  readonly until: number
}

export interface MembersParts {
  readonly api: Api
  readonly log: Log
  /** The guild whose roles count everywhere; absent: those of the guild where something happens alone. */
  readonly home: string | undefined
}

export class Members {
  readonly #parts: MembersParts
  readonly #known = new Map<string, Known>()

  constructor(parts: MembersParts) {
    this.#parts = parts
  }

  /** The same with all roles that count. Without those, when Discord does not say: what was known last holds then. Never rejects. */
  async vouched<T extends Pick<Inbound, 'from' | 'address'> & { readonly kind?: Inbound['kind'] }>(
    inbound: T,
    signal: AbortSignal,
  ): Promise<T> {
    const { from, address } = inbound
    const { groups: told, ...person } = from
    const { home, log } = this.#parts
    const here = told === undefined ? address.tenant : undefined
    const guilds = [here, address.tenant === home ? undefined : home].filter((guild) => guild !== undefined)
    if (guilds.length === 0 || from.bot === true || inbound.kind === 'deletion') return inbound
    try {
      const roles = await Promise.all(guilds.map((guild) => this.#rolesIn(guild, from.id, signal)))
      return { ...inbound, from: { ...person, groups: [...(told ?? []), ...roles.flat()] } }
    } catch (error) {
      log.warn({ err: error }, 'which roles somebody has could not be learnt')
      return { ...inbound, from: { ...person, untold: true } }
    }
  }

  #rolesIn(guild: string, user: string, signal: AbortSignal): Promise<readonly string[]> {
    const key = `${guild}/${user}`
    const known = this.#known.get(key)
    if (known !== undefined && known.until > Date.now()) return known.roles
    const roles = this.#ask(guild, user, signal)
    this.#known.delete(key)
    this.#known.set(key, { roles, until: Date.now() + freshMs })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostRemembered) break
      this.#known.delete(oldest)
    }
    return roles
  }

  async #ask(guild: string, user: string, signal: AbortSignal): Promise<readonly string[]> {
    for (;;) {
      try {
        const answer = await this.#parts.api.run('the roles of somebody', (rest) =>
          rest.get(`/guilds/${guild}/members/${user}`, { signal }),
        )
        return Member.parse(answer).roles.map(groupOf)
      } catch (error) {
        if (nowhere.has(discordCode(error))) return []
        if (!(error instanceof AdapterError) || error.code !== 'throttled') throw error
        await sleep(Math.max(error.retryAfter ?? 0, 100), undefined, { signal })
      }
    }
  }
}
