/** Presses and commands that are being answered. Their tokens are good for a quarter of an hour; afterwards the bot writes by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { InteractionResponseType, MessageFlags, type RawFile } from 'discord.js'
import { z } from 'zod'
import { AdapterError } from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { Interaction } from './events.ts'
import { discordCode } from './faults.ts'
import type { Tokens } from './tokens.ts'

/** A little less than Discord's. */
const tokenMs = 14 * 60_000
const mostRemembered = 10_000
const acknowledgedAlready = 40_060

const Posted = z.object({ id: z.string() })
const Answered = z.object({ resource: z.object({ message: Posted }) })

/** `update` nothing is shown; `alone`, `all`: that an answer is on its way, to whoever used it or to everybody. */
export type Deferral = 'update' | 'alone' | 'all'

const deferrals: Readonly<Record<Deferral, object>> = {
  update: { type: InteractionResponseType.DeferredMessageUpdate },
  alone: {
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    data: { flags: MessageFlags.Ephemeral },
  },
  all: { type: InteractionResponseType.DeferredChannelMessageWithSource },
}

export interface Said {
  readonly body: object
  readonly files?: RawFile[]
  /** Shown to whoever used it, alone. */
  readonly alone: boolean
  /** True: said once, and only as the first thing; Discord may tell of one use twice. */
  readonly first?: boolean
}

interface Held {
  readonly token: string
  readonly until: number
  /** What was done last: one after the other. */
  last: Promise<unknown>
  /** Discord has heard from us. */
  answered: boolean
  readonly told: PromiseWithResolvers<true>
  said: boolean
}

export class Interactions {
  readonly #api: Api
  /** The application's id. */
  readonly #app: string
  readonly #tokens: Tokens
  readonly #held = new Map<string, Held>()

  constructor(api: Api, app: string, tokens: Tokens) {
    this.#api = api
    this.#app = app
    this.#tokens = tokens
  }

  /** Those that were held when the bot ended. */
  async load(): Promise<void> {
    for (const { id, token, until } of await this.#tokens.load()) this.#hold(id, token, until, true)
  }

  /** Resolves when what is to be remembered is. */
  close(): Promise<void> {
    return this.#tokens.close()
  }

  /** Something will be said to it. `lasting`: after a crash, too. */
  hold({ id, token }: Interaction, lasting: boolean): void {
    const until = Date.now() + tokenMs
    this.#hold(id, token, until, false)
    if (lasting) this.#tokens.add({ id, token, until })
  }

  /** Was anything said to whoever used it, or is it within so many milliseconds? */
  async toldWithin(id: string, ms: number): Promise<boolean> {
    const held = this.#held.get(id)
    return held !== undefined && Promise.race([held.told.promise, sleep(ms, false, { ref: false })])
  }

  /** Lets Discord know that it has arrived, unless it knows. Throws {@link AdapterError}, as all here. */
  async defer({ id }: Interaction, how: Deferral): Promise<void> {
    await this.#inTurn(id, async (held) => {
      if (held.answered) return
      await this.#callback(id, held, deferrals[how])
    })
  }

  /** Opens a dialog. */
  async ask({ id, token }: Interaction, modal: object): Promise<void> {
    await this.#post(id, token, { type: InteractionResponseType.Modal, data: modal })
  }

  /** What may stand where something is typed. */
  async suggest({ id, token }: Interaction, choices: readonly object[]): Promise<void> {
    const type = InteractionResponseType.ApplicationCommandAutocompleteResult
    await this.#post(id, token, { type, data: { choices } })
  }

  /** Says something, now or later on; resolves with the message's id. Undefined: it is too late for that. */
  async tell(id: string, said: Said): Promise<string | undefined> {
    return this.#inTurn(id, async (held) => {
      if (said.first === true && held.said) return undefined
      const message = held.answered ? await this.#follow(held, said) : await this.#answer(id, held, said)
      if (message === undefined) return undefined
      held.said = true
      held.told.resolve(true)
      return message
    })
  }

  /** Replaces what was said alone. */
  async edit(id: string, message: string, body: object): Promise<void> {
    const held = this.#good(id)
    if (held === undefined) throw new AdapterError('gone', 'Discord lets nobody change that message any more')
    await this.#api.run('an edit for one person', (rest) =>
      rest.patch(`/webhooks/${this.#app}/${held.token}/messages/${message}`, { auth: false, body }),
    )
  }

  #hold(id: string, token: string, until: number, answered: boolean): void {
    // Discord tells of some things twice.
    if (this.#good(id) !== undefined) return
    const told = Promise.withResolvers<true>()
    this.#held.set(id, { token, until, answered, last: Promise.resolve(), told, said: false })
    for (const [oldest, held] of this.#held) {
      if (held.until > Date.now() && this.#held.size <= mostRemembered) return
      this.#held.delete(oldest)
    }
  }

  #good(id: string): Held | undefined {
    const held = this.#held.get(id)
    return held === undefined || held.until < Date.now() ? undefined : held
  }

  #inTurn<T>(id: string, work: (held: Held) => Promise<T>): Promise<T | undefined> {
    const held = this.#good(id)
    if (held === undefined) return Promise.resolve(undefined)
    const mine = held.last.then(() => work(held))
    held.last = mine.catch(() => undefined)
    return mine
  }

  /** Undefined: Discord waits for it no longer. */
  async #answer(id: string, held: Held, said: Said): Promise<string | undefined> {
    const { body, files, alone, first } = said
    const data = { ...body, ...flagsOf(body, alone) }
    try {
      const type = InteractionResponseType.ChannelMessageWithSource
      const answer = await this.#callback(id, held, { type, data }, files)
      return Answered.parse(answer).resource.message.id
    } catch (error) {
      if (error instanceof AdapterError && error.code === 'gone') return undefined
      if (discordCode(error) !== acknowledgedAlready) throw error
      return first === true ? undefined : this.#follow(held, said)
    }
  }

  /** What follows a deferral takes its place. */
  async #follow(held: Held, { body, files, alone }: Said): Promise<string | undefined> {
    try {
      const posted = await this.#api.run('words for one person', (rest) =>
        rest.post(`/webhooks/${this.#app}/${held.token}`, {
          auth: false,
          body: { ...body, ...flagsOf(body, alone) },
          ...(files === undefined ? {} : { files }),
        }),
      )
      return Posted.parse(posted).id
    } catch (error) {
      // The token has expired, or Discord never heard from us in time.
      if (error instanceof AdapterError && error.code === 'gone') return undefined
      throw error
    }
  }

  async #callback(id: string, held: Held, body: object, files?: RawFile[]): Promise<unknown> {
    // A second one is refused, and whether this one arrives is not always known.
    held.answered = true
    try {
      return await this.#post(id, held.token, body, files)
    } catch (error) {
      if (error instanceof AdapterError && error.code === 'throttled') held.answered = false
      throw error
    }
  }

  async #post(id: string, token: string, body: object, files?: RawFile[]): Promise<unknown> {
    return this.#api.run('the answer to somebody', (rest) =>
      rest.post(`/interactions/${id}/${token}/callback`, {
        auth: false,
        body,
        query: new URLSearchParams({ with_response: 'true' }),
        ...(files === undefined ? {} : { files }),
      }),
    )
  }
}

function flagsOf(body: object, alone: boolean): object {
  const own = 'flags' in body && typeof body.flags === 'number' ? body.flags : 0
  const flags = alone ? own | MessageFlags.Ephemeral : own
  return flags === 0 ? {} : { flags }
}
