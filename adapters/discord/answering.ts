/** Presses, commands and what is typed into them: handed to the core, and answered in time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bot, Inbound, Receipt } from '../../src/contract.ts'
import { pressed, type Pressed } from './answers.ts'
import { type Used, used } from './commands.ts'
import type { Interaction } from './events.ts'
import type { Origin } from './origin.ts'
import type { Deferral, Interactions } from './interactions.ts'
import { aboutModal, shownContent, wordsModal } from './render.ts'
import type { Targets } from './targets.ts'
import { line } from './text.ts'
import { wordsIn } from './words.ts'

/** Discord wants to hear from us within three seconds. */
const deferMs = 1500
const mostSuggestions = 25

export interface AnsweringParts {
  readonly bot: Bot
  readonly interactions: Interactions
  readonly targets: Targets
  readonly receive: (inbound: Inbound) => Promise<Receipt>
  /** The same with all roles that count. Never rejects. */
  readonly vouched: (origin: Origin) => Promise<Origin>
}

/** What is handed to the core, and what Discord hears of it. */
interface Handed {
  readonly inbound: Inbound
  /** The message whose files come along. */
  readonly about?: string
  readonly deferral: Deferral
  /** It has been accepted. */
  readonly accepted: () => Promise<unknown>
}

export class Answering {
  readonly #parts: AnsweringParts

  constructor(parts: AnsweringParts) {
    this.#parts = parts
  }

  /** Undefined: it is none of ours. Else rejects when it cannot be answered. */
  take(interaction: Interaction): (() => Promise<unknown>) | undefined {
    const press = pressed(interaction)
    if (press !== null) return () => this.#press(interaction, press)
    const use = used(interaction, this.#parts.bot.commands)
    return use === null ? undefined : () => this.#use(interaction, use)
  }

  async #press(interaction: Interaction, press: Pressed): Promise<void> {
    const { interactions } = this.#parts
    if (press.kind === 'words') {
      return interactions.ask(interaction, wordsModal(press.prompt, press.choice, interaction.locale))
    }
    interactions.hold(interaction, false)
    const accepted = (): Promise<void> => interactions.defer(interaction, 'update')
    await this.#hand(interaction, { inbound: press.answer, deferral: 'update', accepted })
  }

  async #use(interaction: Interaction, use: Used): Promise<unknown> {
    const { interactions, targets } = this.#parts
    const { locale } = interaction
    if (use.kind === 'typing') return this.#suggest(interaction, use)
    if (use.kind === 'about') {
      targets.saw(use.target, use.files)
      return interactions.ask(interaction, aboutModal(use.target, use.quote, locale))
    }
    if (use.kind === 'unknown') {
      interactions.hold(interaction, false)
      return this.#tell(interaction, wordsIn(locale).unknown)
    }
    return this.#message(interaction, use)
  }

  async #message(
    interaction: Interaction,
    { message: inbound, shown, about }: Extract<Used, { kind: 'message' }>,
  ): Promise<void> {
    const { interactions } = this.#parts
    const { id, locale, guild_id: guild } = interaction
    // Where nobody else reads along, what is said may as well stay.
    const deferral = shown === undefined && guild !== undefined ? 'alone' : 'all'
    interactions.hold(interaction, shown === undefined)
    const accepted =
      shown === undefined
        ? async () =>
            (await interactions.toldWithin(id, deferMs)) || interactions.defer(interaction, deferral)
        : () => interactions.tell(id, { body: quiet(shownContent(shown, locale)), alone: false, first: true })
    await this.#hand(interaction, { inbound, deferral, accepted, ...(about !== undefined && { about }) })
  }

  async #suggest(
    interaction: Interaction,
    { origin, typing }: Extract<Used, { kind: 'typing' }>,
  ): Promise<void> {
    const { bot, interactions, vouched } = this.#parts
    const found = vouched(origin).then(({ from }) => bot.suggest(from, origin, typing))
    const inTime = await Promise.race([found, sleep(deferMs, [], { ref: false })])
    const choices = inTime
      .filter(({ value }) => value !== '' && value.length <= 100)
      .slice(0, mostSuggestions)
      .map(({ value, label }) => ({ name: line(label, 100), value }))
    await interactions.suggest(interaction, choices)
  }

  async #hand(interaction: Interaction, handed: Handed): Promise<void> {
    const { bot, interactions, receive } = this.#parts
    const { deferral, accepted } = handed
    const { notKept, refused } = wordsIn(interaction.locale)
    const whole = this.#whole(interaction, handed)
    const taken = whole.then(receive).then(
      (receipt) => ({ receipt }),
      (error: unknown) => ({ error }),
    )
    const inTime = await Promise.race([taken, sleep(deferMs, undefined, { ref: false })])
    if (inTime === undefined) await this.#heard(interactions.defer(interaction, deferral))
    const end = await taken
    if ('error' in end) {
      bot.log.error({ err: end.error }, 'what somebody chose could not be kept')
      return this.#tell(interaction, notKept)
    }
    if (end.receipt !== 'refused') return this.#heard(accepted())
    // The core may say why, to them alone.
    const told = await interactions.toldWithin(interaction.id, deferMs / 2)
    if (!told) await this.#tell(interaction, refused)
  }

  /** With the files that it is about. Never rejects. */
  async #whole({ channel_id: channel }: Interaction, { inbound, about }: Handed): Promise<Inbound> {
    if (about === undefined || inbound.kind !== 'message') return inbound
    const attachments = await this.#parts.targets.files(channel, about)
    return attachments.length === 0 ? inbound : { ...inbound, attachments }
  }

  async #tell({ id }: Interaction, content: string): Promise<void> {
    await this.#heard(this.#parts.interactions.tell(id, { body: quiet({ content }), alone: true }))
  }

  /** What was accepted counts all the same: the bot writes by itself. */
  async #heard(answered: Promise<unknown>): Promise<void> {
    await answered.catch((err: unknown) =>
      this.#parts.bot.log.warn({ err }, 'Discord could not be told that something has arrived'),
    )
  }
}

/** Pings nobody. */
function quiet(body: object): object {
  return { ...body, allowed_mentions: { parse: [] } }
}
