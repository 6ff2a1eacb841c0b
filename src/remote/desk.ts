/** What Claude asks in a session elsewhere: put to the terminal once, however often it is told of. */
import { type Adapter, type Address, type PromptReply, type TextReply, AdapterError } from '../contract.ts'
import type { Besides, Permission } from './shapes.ts'

export class Desk {
  readonly #terminal: Adapter
  readonly #to: Address
  /** Those that were shown, by their ids. */
  readonly #shown = new Map<string, { readonly reply: PromptReply; readonly session: string }>()
  readonly #settled = new Set<string>()
  /** What was chosen here and may have been taken, by prompt: labels, or own words. */
  readonly #given = new Map<string, string>()

  constructor(terminal: Adapter, to: Address) {
    this.#terminal = terminal
    this.#to = to
  }

  /** The session that asks this. */
  sessionOf(prompt: string): string | undefined {
    return this.#shown.get(prompt)?.session
  }

  /** This is on its way as the answer. Returns how it is called. */
  give(prompt: string, choices: readonly string[], text: string | undefined): string {
    const offered = this.#shown.get(prompt)?.reply.choices ?? []
    const labels = offered.filter(({ id }) => choices.includes(id)).map(({ label }) => label)
    const label = labels.length === 0 ? (text ?? '') : labels.join(', ')
    this.#given.set(prompt, label)
    return label
  }

  async take(told: Besides): Promise<void> {
    if (told.type === 'permission') await this.ask(told.data)
    else if (told.type === 'permission_settled')
      await this.settle(told.data.prompt, told.data.label, told.data.by)
    else await this.say(told.data)
  }

  async ask({ prompt, session, title, markdown, choices, multiple, ownText }: Permission): Promise<void> {
    if (this.#shown.has(prompt) || this.#settled.has(prompt)) return
    const more = { ...(multiple ? { multiple } : {}), ...(ownText ? { ownText } : {}) }
    const reply: PromptReply = { kind: 'prompt', key: prompt, prompt, title, markdown, choices, ...more }
    this.#shown.set(prompt, { reply, session })
    await this.#terminal.send(this.#to, reply)
  }

  async settle(prompt: string, label: string, by?: string): Promise<void> {
    if (this.#settled.has(prompt)) return
    this.#settled.add(prompt)
    const shown = this.#shown.get(prompt)
    if (shown === undefined) return
    if (this.#terminal.edit === undefined)
      throw new AdapterError('unsupported', 'this terminal edits nothing')
    const settled = { label, at: Date.now(), ...(by === undefined ? {} : { by }) }
    await this.#terminal.edit({ address: this.#to, id: prompt }, { ...shown.reply, settled })
  }

  /** Those that do not wait any more were settled while nobody told of it: `label` where not from here. */
  async onlyOpen(open: readonly Permission[], label: string): Promise<void> {
    const still = new Set(open.map(({ prompt }) => prompt))
    for (const prompt of this.#shown.keys())
      if (!still.has(prompt)) await this.settle(prompt, this.#given.get(prompt) ?? label)
    for (const permission of open) await this.ask(permission)
  }

  /** Words that answer nothing that was asked here. */
  async say({ markdown, tone }: Pick<TextReply, 'markdown' | 'tone'>): Promise<void> {
    await this.#terminal.send(this.#to, {
      kind: 'text',
      key: `notice-${crypto.randomUUID()}`,
      markdown,
      tone,
    })
  }
}
