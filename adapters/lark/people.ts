/** Whoever something came from, with all that the core wants to know of them, which events do not tell. */
import type { Inbound } from '../../src/contract.ts'
import type { Members } from './members.ts'
import type { Profiles } from './profiles.ts'

export class People {
  readonly #profiles: Profiles
  readonly #members: Members | undefined

  /** `members` absent: nobody asks for departments. */
  constructor(profiles: Profiles, members: Members | undefined) {
    this.#profiles = profiles
    this.#members = members
  }

  /** Rejects with AdapterError where Feishu cannot say now who that is: what has happened is to come again. */
  async introduced<T extends Inbound>(inbound: T): Promise<T> {
    return this.#profiles.named((await this.#members?.vouched(inbound)) ?? inbound)
  }

  /** Something has changed: of this person, or (absent) of departments. */
  changed(openId?: string): void {
    this.#members?.forget(openId)
    if (openId !== undefined) this.#profiles.forget(openId)
  }
}
