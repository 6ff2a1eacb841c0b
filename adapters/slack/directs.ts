/** What goes into somebody's direct chat, because the channel cannot show it, or would show it to everybody. */
import { z } from 'zod'
import type { Message } from '../../src/contract.ts'
import { userOf } from './apart.ts'
import type { Api } from './api.ts'
import { slackCode } from './faults.ts'
import type { Content } from './render.ts'
import { wordsIn } from './words.ts'

/** Slack tells the channel where it has put what was sent to a person. */
const Posted = z.object({ channel: z.string(), ts: z.string() })

/** The bot is no member; of private channels Slack does not even say that they are there. */
const shutOut: ReadonlySet<string | undefined> = new Set(['not_in_channel', 'channel_not_found'])

export function isShutOut(error: unknown): boolean {
  return shutOut.has(slackCode(error))
}

/** How long it may take to find out whether the bot is a member: Slack waits three seconds for the acknowledgement. */
const lookMs = 1000

/** Why something stands in the direct chat, in Slack's own markup. */
export function whyHere(channel: string, bot: string, language: string | undefined): string {
  return wordsIn(language).notMember(`<#${channel}>`, bot)
}

/** False where it takes longer. */
async function within(ms: number, answer: Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

export class Directs {
  /** What it is called. */
  readonly bot: string
  readonly #api: Api
  /** By person: known once something was sent there. */
  readonly #channels = new Map<string, string>()

  constructor(api: Api, bot: string) {
    this.#api = api
    this.bot = bot
  }

  /**
   * A question from where the bot is no member, as one from the direct chat of whoever asks: all of its turn is shown
   * there. Where it cannot be told, or not in time, the question stays as it is. `threads`: it gets a thread of its own.
   */
  async instead(asked: Message, language: string | undefined, threads: boolean): Promise<Message> {
    const { address, direct, from } = asked
    if (direct || !(await this.#isShutOutOf(address.channel))) return asked
    const why = whyHere(address.channel, this.bot, language)
    const { channel, ts } = await this.post(userOf(from.id), { text: why, blocks: [] })
    const { thread: _thread, ...chat } = address
    return { ...asked, direct: true, address: { ...chat, channel, ...(threads && { thread: ts }) } }
  }

  #isShutOutOf(channel: string): Promise<boolean> {
    const look = this.#api.run('conversations.history', (client) =>
      client.conversations.history({ channel, limit: 1 }),
    )
    return within(
      lookMs,
      look.then(() => false, isShutOut),
    )
  }

  /** `metadata`: by which it is found again. Throws {@link AdapterError}. */
  async post(
    user: string,
    content: Content,
    metadata?: { event_type: string; event_payload: { key: string } },
  ): Promise<{ channel: string; ts: string }> {
    // A person in the place of a channel: to open the chat first would take one more scope.
    const posted = await this.#api.run('chat.postMessage', (client) =>
      client.apiCall('chat.postMessage', {
        channel: user,
        ...content,
        ...(metadata && { metadata }),
        unfurl_links: false,
        unfurl_media: false,
      }),
    )
    const { channel, ts } = Posted.parse(posted)
    this.#channels.set(user, channel)
    return { channel, ts }
  }

  /** Undefined: nothing was sent there since the bot runs. */
  known(user: string): string | undefined {
    return this.#channels.get(user)
  }

  /** The chat itself, for what wants a channel. `words` stand there first where it was not known. */
  async channelOf(user: string, words: Content): Promise<string> {
    return this.#channels.get(user) ?? (await this.post(user, words)).channel
  }
}
