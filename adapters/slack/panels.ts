/** The panel where agents are talked to: something to begin with, and a title. Cosmetic: nothing depends on it. */
import type { Inbound, Log } from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { PanelOpened } from './events.ts'
import { line } from './text.ts'
import { wordsIn } from './words.ts'

const longestTitle = 60
/** Panels that were opened and not written in. */
const mostUntitled = 1000

export class Panels {
  readonly #api: Api
  readonly #log: Log
  readonly #untitled = new Set<string>()

  constructor(api: Api, log: Log) {
    this.#api = api
    this.#log = log
  }

  /** `language`: never rejects, nor does this. */
  async opened(
    { assistant_thread: panel }: PanelOpened,
    language: Promise<string | undefined>,
  ): Promise<void> {
    const { channel_id: channel, thread_ts: thread } = panel
    this.#untitled.add(`${channel}:${thread}`)
    for (const oldest of this.#untitled) {
      if (this.#untitled.size <= mostUntitled) break
      this.#untitled.delete(oldest)
    }
    await this.suggest({ channel_id: channel, thread_ts: thread }, language)
  }

  /** Without a thread: over the composer of the direct chat. Never rejects. */
  async suggest(
    where: { readonly channel_id: string; readonly thread_ts?: string },
    language: Promise<string | undefined>,
  ): Promise<void> {
    const prompts = wordsIn(await language).suggestions.map((message) => ({ title: message, message }))
    await this.#try('assistant.threads.setSuggestedPrompts', { ...where, prompts })
  }

  /** What is written first in a panel is its title. Never rejects. */
  async heard(inbound: Inbound): Promise<void> {
    const { channel, thread } = inbound.address
    if (inbound.kind !== 'message' || thread === undefined) return
    if (!this.#untitled.delete(`${channel}:${thread}`)) return
    const title = line(inbound.text, longestTitle)
    await this.#try('assistant.threads.setTitle', { channel_id: channel, thread_ts: thread, title })
  }

  async #try(method: string, args: Record<string, unknown>): Promise<void> {
    try {
      await this.#api.run(method, (client) => client.apiCall(method, args))
    } catch (error) {
      this.#log.debug({ err: error }, 'a panel could not be furnished')
    }
  }
}
