/** What access lists may name people by, as the contacts of the company have it: departments, and those above them. */
import { z } from 'zod'
import { AdapterError, Newest, type Fault, type Inbound, type Log } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import { groupsOf } from './inbound.ts'

/** Feishu tells of changes where the app is told of them; where it is not, they hold this late. */
const freshMs = 5 * 60 * 1000
const mostRemembered = 5000
/** A person or department that the app may not see, or that is no more. */
const unseen: ReadonlySet<Fault> = new Set(['gone', 'rejected'])
/** It comes again when it is asked again. */
const passing: ReadonlySet<Fault> = new Set(['network', 'throttled'])

const ids = z.array(z.string())
const User = Answered({
  user: z.object({
    union_id: z.string().optional(),
    user_id: z.string().optional(),
    department_ids: ids.default([]),
  }),
})
const Above = Answered({ items: z.array(z.object({ open_department_id: z.string() })).default([]) })

interface Known {
  readonly groups: Promise<readonly string[]>
  readonly until: number
}

export class Members {
  readonly #api: Api
  readonly #log: Log
  /** Of people, by their open_id; of departments, those above them, by their own. */
  readonly #known = new Newest<Known>(mostRemembered)

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /**
   * The same with the departments. Without any groups where Feishu refuses to say: what was known last holds then. Rejects
   * with {@link AdapterError} where it cannot say now: what has happened is to come again.
   */
  async vouched<T extends Inbound>(inbound: T): Promise<T> {
    const { groups: told, untold: _untold, ...person } = inbound.from
    if (person.bot === true || inbound.kind === 'deletion') return inbound
    try {
      const { tenant } = inbound.address
      const groups = await this.#remembered(person.id, () => this.#groupsOf(person.id, tenant))
      // Of whom the app may not see nothing is learnt: not even that they are in no group.
      if (groups.length === 0 && told === undefined) return inbound
      return { ...inbound, from: { ...person, groups: [...new Set([...(told ?? []), ...groups])] } }
    } catch (error) {
      if (error instanceof AdapterError && passing.has(error.code)) throw error
      this.#log.warn({ err: error }, 'which departments somebody is in could not be learnt')
      return { ...inbound, from: { ...person, untold: true } }
    }
  }

  /** Something has changed: of this person, or (absent) of departments. */
  forget(openId?: string): void {
    if (openId === undefined) this.#known.clear()
    else this.#known.delete(openId)
  }

  async #groupsOf(openId: string, tenant: string | undefined): Promise<readonly string[]> {
    const query = { user_id_type: 'open_id', department_id_type: 'open_department_id' }
    const path = `/contact/v3/users/${openId}`
    const { data } = await this.#api.call({ method: 'GET', path, query }, User)
    const all = await Promise.all(
      data.user.department_ids.map(async (own) => [
        own,
        ...(await this.#remembered(own, () => this.#above(own))),
      ]),
    )
    const departments = [...new Set(all.flat())].map((department) => `department:${department}`)
    // Contacts are those of the company.
    return [...(groupsOf(data.user, tenant) ?? []), ...departments]
  }

  async #above(department: string): Promise<readonly string[]> {
    const query = {
      department_id: department,
      department_id_type: 'open_department_id',
      // More levels than a company may have.
      page_size: '50',
    }
    const { data } = await this.#api.call(
      { method: 'GET', path: '/contact/v3/departments/parent', query },
      Above,
    )
    return data.items.map(({ open_department_id: id }) => id)
  }

  #remembered(key: string, ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
    const known = this.#known.get(key)
    if (known !== undefined && known.until > Date.now()) return known.groups
    const groups = ask().catch((error: unknown) => {
      if (error instanceof AdapterError && unseen.has(error.code)) return []
      // Not known: it is asked again.
      if (this.#known.get(key)?.groups === groups) this.#known.delete(key)
      throw error
    })
    this.#known.set(key, { groups, until: Date.now() + freshMs })
    return groups
  }
}
