/** What the core asks to show, as calls to Discord. Throws {@link AdapterError} only. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import {
  type Address,
  AdapterError,
  type FileReply,
  type Log,
  type Reply,
  type Sent,
} from '../../src/contract.ts'
import type { Api } from './api.ts'
import type { Budget } from './budget.ts'
import { onlyReader } from './commands.ts'
import { type Form, Forms } from './forms.ts'
import { askedIn } from './inbound.ts'
import type { Interactions } from './interactions.ts'
import type { Places } from './places.ts'
import { nonceOf, type Sendings } from './sendings.ts'
import type { DiscordSettings } from './settings.ts'
import { line } from './text.ts'
import { Threads } from './threads.ts'

/** Of messages that one person sees: only by the token of what they used can these be changed. */
const aloneForm = /^alone\/(\d+)\/(\d+)$/

const Posted = z.object({ id: z.string() })

export interface OutboundParts {
  readonly api: Api
  readonly log: Log
  readonly budget: Budget
  readonly places: Places
  readonly interactions: Interactions
  readonly sendings: Sendings
  readonly settings: Pick<DiscordSettings, 'mentions' | 'previews' | 'openThreads' | 'tables'>
}

type Body = Form['body']

export class Outbound {
  readonly #parts: OutboundParts
  readonly #threads: Threads
  readonly #forms: Forms

  constructor(parts: OutboundParts) {
    this.#parts = parts
    this.#forms = new Forms(parts.log, parts.settings)
    this.#threads = new Threads(parts, parts.settings.openThreads)
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    const { places, budget } = this.#parts
    const alone = await this.#alone(to, reply)
    if (alone !== undefined) return alone
    if (isDraft(reply)) budget.forDraft('POST', to.thread ?? to.channel)
    const { where, answer } = await this.#forms.first(reply, ({ body, files }) =>
      this.#threads.at(to, 'a message', async (rest, at) =>
        rest.post(`/channels/${at.thread ?? at.channel}/messages`, {
          body: { ...body, ...onceOnly(reply.key), ...pointing(questionOf(at, reply.key)) },
          ...(reply.kind === 'file' ? { files: [await fileOf(reply)] } : { files }),
          ...(signal && { signal }),
        }),
      ),
    )
    places.join(where.thread, where.channel)
    return { address: where, id: Posted.parse(answer).id }
  }

  async edit({ address, id }: Sent, reply: Reply, signal?: AbortSignal): Promise<void> {
    const { api, budget, interactions } = this.#parts
    if (reply.kind === 'file')
      throw new AdapterError('unsupported', 'a file cannot be put in the place of a message')
    const [, interaction, message] = aloneForm.exec(id) ?? []
    if (interaction !== undefined && message !== undefined)
      return interactions.edit(interaction, message, this.#forms.said(reply))
    const channel = address.thread ?? address.channel
    if (isDraft(reply)) budget.forDraft('PATCH', channel)
    await this.#forms.first(reply, ({ body, files }) =>
      api.run('an edit', (rest) =>
        rest.patch(`/channels/${channel}/messages/${id}`, {
          // What stood there as words has to be taken out: components take its place.
          body: files.length === 0 ? body : { content: null, ...body },
          files,
          ...(signal && { signal }),
        }),
      ),
    )
  }

  /** A thread that is not there yet has nothing in it: where none could be opened, the answer stands in the channel. */
  async find(to: Address, key: string, reply: Reply): Promise<Sent | undefined> {
    // What one person alone sees stands in no history, and what reads the same may have answered somebody else.
    if (onlyReader(key) !== undefined) return undefined
    const { thread, ...chat } = to
    try {
      return await this.#findAt(to, key, reply)
    } catch (error) {
      if (!(error instanceof AdapterError) || error.code !== 'gone') throw error
      if (thread === undefined || !this.#parts.settings.openThreads) return undefined
    }
    return this.find(chat, key, reply)
  }

  async #findAt(to: Address, key: string, reply: Reply): Promise<Sent | undefined> {
    const { content = '' } = this.#forms.plain(reply)
    const channel = to.thread ?? to.channel
    const drawn = await this.#forms.drawn(reply)
    const wanted = { channel, key, reply, content, drawn, pointsAt: questionOf(to, key) }
    const id = await this.#parts.sendings.find(wanted)
    return id === undefined ? undefined : { address: to, id }
  }

  /** In a rush it is left out: the calls that Discord takes are for what is said. */
  async typing(to: Address): Promise<void> {
    if (!this.#parts.budget.hasRoomForTyping()) return
    await this.#threads.at(to, 'the typing sign', (rest, { thread, channel }) =>
      rest.post(`/channels/${thread ?? channel}/typing`),
    )
  }

  /** Shows it to whoever asked by a command, or pressed, alone. Undefined: it is for all. */
  async #alone(to: Address, reply: Reply): Promise<Sent | undefined> {
    const reader = onlyReader(reply.key)
    if (reader !== undefined) return this.#toReader(reader, to, reply)
    if (reply.kind === 'prompt' || reply.only === undefined || to.tenant === undefined) return undefined
    const asked = askedIn(reply.key)
    // Words are no secret; a file is.
    if (asked === undefined && reply.kind === 'text') return undefined
    return this.#toReader({ user: reply.only, interaction: asked ?? '' }, to, reply)
  }

  /** What was asked alone is answered alone, in the direct chat when it comes later than Discord lets it be told there. */
  async #toReader(
    { user, interaction }: { readonly user: string; readonly interaction: string },
    to: Address,
    reply: Reply,
  ): Promise<Sent | undefined> {
    const told = await this.#tell(interaction, to, reply)
    if (told !== undefined || to.tenant === undefined) return told
    const opened = await this.#parts.api.run('a direct chat', (rest) =>
      rest.post('/users/@me/channels', { body: { recipient_id: user } }),
    )
    return this.send(
      { adapter: to.adapter, channel: Posted.parse(opened).id },
      { ...reply, key: `late/${reply.key}` },
    )
  }

  async #tell(interaction: string, to: Address, reply: Reply): Promise<Sent | undefined> {
    const alone = to.tenant !== undefined
    const files = reply.kind === 'file' ? { files: [await fileOf(reply)] } : {}
    const id = await this.#parts.interactions.tell(interaction, {
      body: this.#forms.said(reply),
      alone,
      ...files,
    })
    if (id === undefined) return undefined
    return { address: to, id: alone ? `alone/${interaction}/${id}` : id }
  }
}

function isDraft(reply: Reply): boolean {
  return reply.kind === 'text' && reply.draft === true
}

/** Discord drops a message that has the same nonce as an earlier one, for some minutes. */
function onceOnly(key: string): Body {
  return { nonce: nonceOf(key), enforce_nonce: true }
}

/** Where many people talk, an answer points at its question. */
function questionOf({ tenant, thread }: Address, key: string): string | undefined {
  return tenant !== undefined && thread === undefined && isAnswer(key) ? askedIn(key) : undefined
}

function pointing(question: string | undefined): Body {
  return question === undefined
    ? {}
    : { message_reference: { message_id: question, fail_if_not_exists: false } }
}

/** Of several parts, the first. */
function isAnswer(key: string): boolean {
  return !key.includes('#')
}

async function fileOf({
  path,
  name,
  mime,
}: FileReply): Promise<{ name: string; data: Buffer; contentType?: string }> {
  try {
    const data = await readFile(path)
    return { name: line(name, 250), data, ...(mime === undefined ? {} : { contentType: mime }) }
  } catch (error) {
    throw new AdapterError('rejected', `the file ${path} cannot be read`, { cause: error })
  }
}
