/** Replies as the bodies of Discord's messages: with pictures where the settings want some, and as text. */
import { MessageFlags, type RawFile } from 'discord.js'
import { AdapterError, type Fault, type Log, type Reply, type TextReply } from '../../src/contract.ts'
import { pictured } from './pictures/pictured.ts'
import { promptContent, textContent } from './render.ts'
import type { DiscordSettings } from './settings.ts'
import { cut, discordMarkdown } from './text.ts'

/** What is sent. */
export interface Form {
  readonly body: Readonly<Record<string, unknown>>
  readonly files: RawFile[]
}

/** What a message shows. */
interface Shown {
  readonly content?: string
  readonly components?: readonly object[]
  readonly attachments?: readonly object[]
  readonly flags?: number
}

/** Too large for this chat, or the bot may attach nothing there. */
const noPictures: ReadonlySet<Fault> = new Set(['rejected', 'forbidden', 'unsupported'])
const mostRemembered = 1000

export class Forms {
  readonly #log: Log
  readonly #settings: Pick<DiscordSettings, 'mentions' | 'previews' | 'tables'>
  /** Keys of replies that Discord did not take with pictures: the text may have to wait, and is then all that is tried again. */
  readonly #undrawn = new Set<string>()

  constructor(log: Log, settings: Pick<DiscordSettings, 'mentions' | 'previews' | 'tables'>) {
    this.#log = log
    this.#settings = settings
  }

  /** The best form that Discord takes: what it does not take with pictures, it is given as text. Rejects as `call` does. */
  async first<T>(reply: Reply, call: (form: Form) => Promise<T>): Promise<T> {
    const text = (): Promise<T> => call({ body: this.said(reply), files: [] })
    // At once: what the budget let through must be counted before the next one asks.
    if (!this.#mayHavePictures(reply) || this.#undrawn.has(reply.key)) return text()
    const drawn = await this.#drawn(reply)
    if (drawn === undefined) return text()
    const { files, words: _words, ...shown } = drawn
    const components = [...shown.components, ...(this.plain(reply).components ?? [])]
    try {
      return await call({ body: this.#dressed(reply, { ...shown, components }), files })
    } catch (error) {
      if (!(error instanceof AdapterError) || !noPictures.has(error.code)) throw error
      this.#log.warn({ err: error }, 'Discord does not take a table as a picture here: it is sent as text')
      this.#undrawn.add(reply.key)
      for (const oldest of this.#undrawn) {
        if (this.#undrawn.size <= mostRemembered) break
        this.#undrawn.delete(oldest)
      }
      return text()
    }
  }

  /** As text. */
  said(reply: Reply): Form['body'] {
    return this.#dressed(reply, this.plain(reply))
  }

  /** What it shows as text. */
  plain(reply: Reply): Shown {
    if (reply.kind === 'text') return textContent(reply)
    if (reply.kind === 'prompt') return promptContent(reply)
    const { caption = '' } = reply
    return caption === '' ? {} : { content: cut(discordMarkdown(caption), 2000) }
  }

  /** The words of the form with pictures, as {@link displayed} reads them; undefined: it has none. */
  async drawn(reply: Reply): Promise<string | undefined> {
    return (await this.#drawn(reply))?.words
  }

  async #drawn(reply: Reply): ReturnType<typeof pictured> {
    return this.#mayHavePictures(reply) ? pictured(reply, this.#log) : undefined
  }

  #mayHavePictures(reply: Reply): reply is TextReply {
    const { tables } = this.#settings
    return tables === 'picture' && reply.kind === 'text' && reply.draft !== true && reply.tone !== 'error'
  }

  /** With what holds for all messages. */
  #dressed(reply: Reply, shown: Shown): Form['body'] {
    const { mentions, previews } = this.#settings
    const hidden = previews || reply.kind === 'file' ? 0 : MessageFlags.SuppressEmbeds
    const flags = (shown.flags ?? 0) | hidden
    return { ...shown, allowed_mentions: pings(reply, mentions), ...(flags === 0 ? {} : { flags }) }
  }
}

/** Of Claude's own words alone. Where all of a kind are allowed, Discord wants none of them by name. */
function pings(reply: Reply, mentions: readonly string[]): Form['body'] {
  const allowed = reply.kind === 'text' && reply.tone === 'answer' ? mentions : []
  const parse = ['users', 'roles', 'everyone'].filter((kind) => allowed.includes(kind))
  const named = (kind: string, form: RegExp): string[] =>
    parse.includes(kind) ? [] : allowed.flatMap((each) => form.exec(each)?.[1] ?? []).slice(0, 100)
  const users = named('users', /^(\d+)$/)
  const roles = named('roles', /^role:(\d+)$/)
  return {
    parse,
    ...(users.length === 0 ? {} : { users }),
    ...(roles.length === 0 ? {} : { roles }),
    replied_user: false,
  }
}
