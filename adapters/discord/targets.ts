/** The files of messages that are asked about: known from the menu on, until the question comes. */
import { type Attachment, type Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { filesOf } from './commands.ts'
import { Target } from './events.ts'

const mostRemembered = 1000

export class Targets {
  readonly #api: Api
  readonly #log: Log
  readonly #files = new Map<string, readonly Attachment[]>()

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /** The menu of this message was used: it came along whole, whatever the bot may read. */
  saw(message: string, files: readonly Attachment[]): void {
    this.#files.delete(message)
    this.#files.set(message, files)
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= mostRemembered) return
      this.#files.delete(oldest)
    }
  }

  /** Asked for where the bot began anew meanwhile. None where Discord does not show them. Never rejects. */
  async files(channel: string, message: string): Promise<readonly Attachment[]> {
    const known = this.#files.get(message)
    if (known !== undefined) return known
    try {
      const answer = await this.#api.run('a look at what is asked about', (rest) =>
        rest.get(`/channels/${channel}/messages/${message}`),
      )
      return filesOf(Target.parse(answer))
    } catch (error) {
      this.#log.warn({ err: error }, 'the files of a message that is asked about could not be learnt')
      return []
    }
  }
}
