/** What people are called, as the contacts of the company have it. Nice to know: nothing waits for it. */
import { z } from 'zod'
import { AdapterError, Newest, type Inbound, type Log } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'

const freshMs = 60 * 60 * 1000
/** After a failure they are asked for again. */
const failedMs = 60 * 1000
/** So long others are waited for, to be asked for together. */
const gatherMs = 20
/** Feishu tells of so many at once. */
const mostAsked = 50
const mostRemembered = 5000

const Users = Answered({
  items: z.array(z.object({ open_id: z.string(), name: z.string().optional() })).default([]),
})

interface Known {
  readonly name: string | undefined
  /** Milliseconds since 1970. */
  readonly until: number
}

export class Profiles {
  readonly #api: Api
  readonly #log: Log
  /** By open_id, the one asked for last at the end. */
  readonly #known = new Newest<Known>(mostRemembered)
  readonly #wanted = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  /** The app may not ask: until then nobody is asked for. */
  #quietUntil = 0
  #closed = false

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /** As far as it is known by now. Who is not known, or was asked for long ago, is asked for. */
  nameOf(openId: string): string | undefined {
    const known = this.#known.get(openId)
    if (known === undefined || known.until < Date.now()) this.#want(openId)
    return known?.name
  }

  /** The same with the name of whoever it is from, where that is known. */
  named<T extends Inbound>(inbound: T): T {
    const { from } = inbound
    const name = from.bot === true ? undefined : this.nameOf(from.id)
    return name === undefined ? inbound : { ...inbound, from: { ...from, name } }
  }

  forget(openId: string): void {
    this.#known.delete(openId)
  }

  /** Nobody is asked for any more. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
  }

  #want(openId: string): void {
    if (this.#closed || this.#wanted.size >= mostRemembered || this.#quietUntil > Date.now()) return
    this.#wanted.add(openId)
    this.#timer ??= setTimeout(() => void this.#ask(), gatherMs)
  }

  /** Never rejects. */
  async #ask(): Promise<void> {
    const asked = [...this.#wanted].slice(0, mostAsked)
    try {
      const query = { user_ids: asked, user_id_type: 'open_id', department_id_type: 'open_department_id' }
      const { data } = await this.#api.call({ method: 'GET', path: '/contact/v3/users/batch', query }, Users)
      const names = new Map(data.items.map(({ open_id: id, name }) => [id, name === '' ? undefined : name]))
      // Who is not among them, the app may not see.
      for (const id of asked) this.#remember(id, names.get(id), freshMs)
    } catch (error) {
      this.#log.debug({ err: error }, 'what people are called could not be learnt')
      if (error instanceof AdapterError && error.code === 'forbidden') this.#quietUntil = Date.now() + freshMs
      for (const id of asked) this.#remember(id, this.#known.get(id)?.name, failedMs)
    }
    for (const id of asked) this.#wanted.delete(id)
    const more = this.#wanted.size > 0 && !this.#closed
    this.#timer = more ? setTimeout(() => void this.#ask(), gatherMs) : undefined
  }

  #remember(openId: string, name: string | undefined, ms: number): void {
    this.#known.set(openId, { name, until: Date.now() + ms })
  }
}
