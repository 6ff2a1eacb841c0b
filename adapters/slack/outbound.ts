/** What the core asks to show, as calls to Slack. Throws {@link AdapterError} only. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import {
  type Address,
  AdapterError,
  type FileReply,
  type Person,
  type Reply,
  type Sent,
} from '../../src/contract.ts'
import { userOf } from './apart.ts'
import type { Api } from './api.ts'
import type { Budget } from './budget.ts'
import { askerIn, onlyReader } from './commands.ts'
import { type Directs, isShutOut, whyHere } from './directs.ts'
import { heldBack, slackCode, throttled } from './faults.ts'
import { upload } from './files.ts'
import { type Finder, metadataOf } from './finder.ts'
import { shownAs } from './forms.ts'
import { isDirect } from './inbound.ts'
import { beneath, type Content, promptContent, textContent } from './render.ts'
import type { Sessions } from './sessions.ts'
import type { Mentions } from './text.ts'
import type { Threads } from './threads.ts'
import { languageIn, wordsIn } from './words.ts'

/** How long a message waits for its turn here; longer, and the core puts it off. */
const patienceMs = 4000

/** What stands as a message of blocks. */
type Shown = Exclude<Reply, FileReply>

const Posted = z.object({ ts: z.string() })
const Shown = z.object({ message_ts: z.string() })
export interface OutboundParts {
  readonly api: Api
  readonly budget: Budget
  readonly threads: Threads
  readonly sessions: Sessions
  /** Whom answers may ping. */
  readonly mentions: Mentions
  readonly directs: Directs
  readonly finder: Finder
}

export class Outbound {
  readonly #parts: OutboundParts

  constructor(parts: OutboundParts) {
    this.#parts = parts
  }

  async send(to: Address, reply: Reply, signal?: AbortSignal): Promise<Sent> {
    await this.#turn(to, reply, signal)
    const sent = await this.#sendOrDirectly(to, reply, signal)
    this.#ended(to, reply)
    return sent
  }

  /** Commands and shortcuts work where the bot is no member: what answers them there goes to whoever used them. */
  async #sendOrDirectly(to: Address, reply: Reply, signal: AbortSignal | undefined): Promise<Sent> {
    try {
      return await (reply.kind === 'file' ? this.#file(to, reply, signal) : this.#send(to, reply))
    } catch (error) {
      const asker = isShutOut(error) && !isDirect(to.channel) ? askerIn(reply.key) : undefined
      // A draft would lose in the end what is said above it.
      if (asker === undefined || (reply.kind === 'text' && reply.draft === true)) throw error
      return this.#directly(asker, to, reply, signal)
    }
  }

  async #directly(user: string, to: Address, reply: Reply, signal: AbortSignal | undefined): Promise<Sent> {
    if (reply.kind === 'file') return this.#file(to, { ...reply, only: user }, signal)
    const { mentions, directs } = this.#parts
    const content = contentOf(reply, to, mentions)
    const why = whyHere(to.channel, directs.bot, reply.language)
    const told = reply.key.includes('#') ? content : beneath(why, content)
    const { channel, ts } = await shownAs(told, (form) => directs.post(user, form, metadataOf(reply.key)))
    return { address: besides(to, channel), id: ts }
  }

  /** What is for one person alone goes into their direct chat: Slack has no files that one person alone sees. */
  async #file(to: Address, reply: FileReply, signal: AbortSignal | undefined): Promise<Sent> {
    const { api, threads, directs, finder } = this.#parts
    const reader = readerOf(to, reply)
    const { forYouAlone } = wordsIn(reply.language)
    const alone = { text: forYouAlone, blocks: [] }
    const at = reader === undefined ? to : besides(to, await directs.channelOf(reader, alone))
    const lies = (file: string): void => finder.uploaded(reply.key, file)
    const id = await upload(api, at, reply, lies, signal)
    threads.joined(at.channel, at.thread)
    return { address: at, id }
  }

  async #send(to: Address, reply: Shown): Promise<Sent> {
    const { api, threads, mentions } = this.#parts
    const content = contentOf(reply, to, mentions)
    const place = { channel: to.channel, ...(to.thread === undefined ? {} : { thread_ts: to.thread }) }
    const user = readerOf(to, reply)
    if (user !== undefined) {
      // It can be shown once, and not changed.
      if (reply.kind === 'text' && reply.draft === true) throw unchangeable()
      const shown = await shownAs(content, (form) =>
        api.run('chat.postEphemeral', (client) => client.chat.postEphemeral({ ...place, ...form, user })),
      )
      return { address: to, id: Shown.parse(shown).message_ts }
    }
    const posted = await shownAs(content, (form) =>
      api.run('chat.postMessage', (client) =>
        client.apiCall('chat.postMessage', {
          ...place,
          ...form,
          metadata: metadataOf(reply.key),
          // Links in an answer are there to be followed, not to be shown off.
          unfurl_links: false,
          unfurl_media: false,
        }),
      ),
    )
    threads.joined(to.channel, to.thread)
    return { address: to, id: Posted.parse(posted).ts }
  }

  async edit({ address, id }: Sent, reply: Reply): Promise<void> {
    const { budget, mentions } = this.#parts
    if (reply.kind === 'file')
      throw new AdapterError('unsupported', 'a file cannot be put in the place of a message')
    const draft = reply.kind === 'text' && reply.draft === true
    const wait = draft ? budget.take('chat.update') : 0
    if (wait > 0) throw heldBack('chat.update', wait)
    // The end of a turn was counted when its draft was posted.
    const counted = reply.kind === 'text' && reply.outcome !== undefined
    if (!draft && !counted) budget.book('chat.update')
    await this.update(address.channel, id, contentOf(reply, address, mentions), reply.key)
    this.#ended(address, reply)
  }

  #ended(at: Address, reply: Reply): void {
    // What answers a press or a command that nobody else saw is no end of anybody's turn.
    if (onlyReader(reply.key) !== undefined) return
    if (reply.kind === 'text' && reply.outcome !== undefined) this.#parts.sessions.ended(at)
  }

  /** Replaces a message, also one that a stream of an earlier process left open. */
  async update(channel: string, ts: string, content: Content, key: string): Promise<void> {
    const { api } = this.#parts
    const change = (): Promise<unknown> =>
      shownAs(content, (form) =>
        api.run('chat.update', (client) =>
          client.chat.update({ channel, ts, ...form, metadata: metadataOf(key) }),
        ),
      )
    try {
      await change()
    } catch (error) {
      if (slackCode(error) !== 'streaming_state_conflict') throw error
      await api.run('chat.stopStream', (client) => client.chat.stopStream({ channel, ts }))
      await change()
    }
  }

  /** Slack shows it in threads alone. As words it takes it away by itself when something is said. */
  async typing(to: Address, asker: Person): Promise<void> {
    const { channel, thread } = to
    const { api, sessions } = this.#parts
    if (thread === undefined || (await sessions.begins(to, asker))) return
    await api.run('assistant.threads.setStatus', (client) =>
      client.assistant.threads.setStatus({
        channel_id: channel,
        thread_ts: thread,
        status: wordsIn(languageIn(asker.locale)).thinking,
      }),
    )
  }

  async find(to: Address, key: string, reply?: Reply): Promise<Sent | undefined> {
    const { finder, directs } = this.#parts
    // Of what one person alone is shown, Slack lists files.
    const reader = reply?.kind === 'file' ? readerOf(to, reply) : undefined
    const inDirect = (user: string): Promise<Sent | undefined> | undefined => {
      const channel = directs.known(user)
      return channel === undefined ? undefined : finder.find(besides(to, channel), key, reply)
    }
    if (reader !== undefined) return inDirect(reader)
    try {
      return await finder.find(to, key, reply)
    } catch (error) {
      const asker = isShutOut(error) ? askerIn(key) : undefined
      if (asker === undefined) throw error
      return inDirect(asker)
    }
  }

  /** Waits until the channel may be written to: drafts not at all, the rest for a while. */
  async #turn({ channel }: Address, reply: Reply, signal: AbortSignal | undefined): Promise<void> {
    const { budget } = this.#parts
    const draft = reply.kind === 'text' && reply.draft === true
    // The answer will take its place: where that could not be shown, the answer is better posted by itself.
    const replaceable = draft ? budget.take('chat.update') : 0
    if (replaceable > 0) throw heldBack('chat.update', replaceable)
    const wait = budget.queue('post', channel, draft ? 0 : patienceMs)
    if (wait === undefined)
      throw (draft ? heldBack : throttled)('chat.postMessage', budget.take('post', channel))
    if (wait > 0) await sleep(wait, undefined, signal && { signal })
  }
}

/** Who alone may see it, in a chat where others would. */
function readerOf({ channel }: Address, reply: Reply): string | undefined {
  if (isDirect(channel) || reply.kind === 'prompt') return undefined
  return reply.only === undefined ? onlyReader(reply.key) : userOf(reply.only)
}

/** Another chat of the same workspace. */
function besides({ thread: _thread, ...to }: Address, channel: string): Address {
  return { ...to, channel }
}

function unchangeable(): AdapterError {
  return new AdapterError('unsupported', 'what one person alone sees cannot be changed')
}

function contentOf(reply: Shown, { tenant }: Address, mentions: Mentions): Content {
  return reply.kind === 'prompt' ? promptContent(reply, tenant) : textContent(reply, mentions)
}
