/** Presses that are being answered. Their tokens are good for a quarter of an hour; afterwards the bot writes by itself. */
import { InteractionResponseType, MessageFlags } from 'discord.js'
import type { Api } from './api.ts'
import type { Interaction } from './events.ts'
import { wordsModal } from './render.ts'

/** A little less than Discord's. */
const tokenMs = 14 * 60_000
const mostRemembered = 10_000

interface Held {
  readonly token: string
  readonly until: number
  /** Resolves to true when Discord has heard from us. */
  readonly heard: Promise<boolean>
}

export class Interactions {
  readonly #api: Api
  /** The application's id. */
  readonly #app: string
  readonly #held = new Map<string, Held>()

  constructor(api: Api, app: string) {
    this.#api = api
    this.#app = app
  }

  /** Something will be said to it when `heard` says that it may be. */
  hold({ id, token }: Interaction, heard: Promise<boolean>): void {
    const now = Date.now()
    this.#held.set(id, { token, until: now + tokenMs, heard })
    for (const [oldest, { until }] of this.#held) {
      if (until > now && this.#held.size <= mostRemembered) return
      this.#held.delete(oldest)
    }
  }

  /** Shows nothing: what the press leads to appears by itself. Throws {@link AdapterError}, as all here. */
  defer(interaction: Interaction): Promise<void> {
    return this.#answer(interaction, { type: InteractionResponseType.DeferredMessageUpdate })
  }

  askWords(interaction: Interaction, prompt: string, choice: string | undefined): Promise<void> {
    return this.#answer(interaction, {
      type: InteractionResponseType.Modal,
      data: wordsModal(prompt, choice, interaction.locale),
    })
  }

  /** To whoever pressed, alone. */
  tell(interaction: Interaction, content: string): Promise<void> {
    return this.#answer(interaction, {
      type: InteractionResponseType.ChannelMessageWithSource,
      data: { content, flags: MessageFlags.Ephemeral },
    })
  }

  /** To whoever pressed, alone, later on. Undefined: it is too late for that. */
  async tellLater(id: string, body: object): Promise<unknown> {
    const held = this.#held.get(id)
    if (held === undefined || held.until < Date.now() || !(await held.heard)) return undefined
    return this.#api.run('words for one person', (rest) =>
      rest.post(`/webhooks/${this.#app}/${held.token}`, {
        auth: false,
        body: { ...body, flags: MessageFlags.Ephemeral },
      }),
    )
  }

  async #answer({ id, token }: Interaction, body: object): Promise<void> {
    await this.#api.run('the answer to a press', (rest) =>
      rest.post(`/interactions/${id}/${token}/callback`, { auth: false, body }),
    )
  }
}
