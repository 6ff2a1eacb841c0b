/** What Claude asks in a session elsewhere: put to the terminal once, however often it is told of. */
import { basename } from 'node:path'
import { type Adapter, type Address, type PromptReply, type TextReply, AdapterError } from '../contract.ts'
import type { Besides, Permission, SentFile } from './shapes.ts'

export class Desk {
  readonly #terminal: Adapter
  readonly #to: Address
  /** Those that were shown, by their ids. */
  readonly #shown = new Map<string, { readonly reply: PromptReply; readonly session: string }>()
  readonly #settled = new Set<string>()
  readonly #files = new Set<string>()
  /** What was chosen here and may have been taken, by prompt: labels, or own words. */
  readonly #given = new Map<string, string>()

  readonly #fetch: (file: SentFile) => Promise<string>

  /** `fetch`: resolves with where on this machine the file lies then. */
  constructor(terminal: Adapter, to: Address, fetch: (file: SentFile) => Promise<string>) {
    this.#terminal = terminal
    this.#to = to
    this.#fetch = fetch
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
    else await this.#note(told.data)
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

  /** A file that Claude has sent is shown once: it comes with its message, and among what happens in the session. */
  async #note({ file, ...words }: Extract<Besides, { type: 'notice' }>['data']): Promise<void> {
    if (file === undefined) return this.say(words)
    if (this.#files.has(file.id)) return
    this.#files.add(file.id)
    const { id: key, bytes, caption } = file
    let path: string
    try {
      path = await this.#fetch(file)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return this.say({ markdown: `${words.markdown}\n\n${reason}`, tone: 'error' })
    }
    const said = caption === undefined ? {} : { caption }
    await this.#terminal.send(this.#to, { kind: 'file', key, path, name: basename(path), bytes, ...said })
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
