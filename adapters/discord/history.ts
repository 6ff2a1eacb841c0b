/** What people wrote in chats while nobody listened. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { REST } from 'discord.js'
import { z } from 'zod'
import { AdapterError, type HeardMark, type Inbound } from '../../src/contract.ts'
import type { Api } from './api.ts'
import { Channel, DiscordMessage, listOf, Snowflake } from './events.ts'
import { idAt, messageIn, type Self } from './inbound.ts'
import type { Places } from './places.ts'

const pageSize = 100

export interface HistoryParts {
  readonly api: Api
  readonly self: Self
  readonly places: Places
}

const Active = z.object({
  threads: listOf(Channel.extend({ last_message_id: Snowflake.nullish() })),
  members: listOf(z.object({ id: Snowflake })),
})

/** Where to read on. */
interface Start {
  readonly guild: string | undefined
  /** Id of the last message that is known. */
  after: bigint
}

/**
 * A chat that is gone, or closed to the bot, has nothing to tell. Where Discord fails for one guild or chat the others are
 * told all the same; the first failure is thrown at the end, so that the core asks again.
 */
export async function* history(
  parts: HistoryParts,
  marks: readonly HeardMark[],
  signal: AbortSignal,
): AsyncGenerator<Inbound> {
  const failures: unknown[] = []
  const failed = (error: unknown): void => {
    signal.throwIfAborted()
    failures.push(error)
  }
  const starts = startsOf(marks, parts.self.opensThreads)
  for (const [guild, here] of Map.groupBy(marks, ({ address }) => address.tenant)) {
    if (guild === undefined) continue
    try {
      for (const [thread, start] of await newThreads(parts, guild, here, signal)) {
        if (!starts.has(thread)) starts.set(thread, start)
      }
    } catch (error) {
      failed(error)
    }
  }
  for (const [channel, start] of starts) {
    try {
      yield* saidIn(parts, channel, start, signal)
    } catch (error) {
      failed(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** What was said in one chat. */
async function* saidIn(
  { api, self, places }: HistoryParts,
  channel: string,
  { guild, after }: Start,
  signal: AbortSignal,
): AsyncGenerator<Inbound> {
  let from: string | undefined = String(after)
  while (from !== undefined) {
    const page = await pageOf(api, channel, from, signal)
    for (const message of page.messages) {
      const own = guild === undefined ? message : { ...message, guild_id: guild }
      const inbound = messageIn(own, await places.of(channel, guild), self)
      if (inbound !== null) yield inbound
    }
    from = page.next
  }
}

/** By the id that a channel or a thread is read by. */
function startsOf(marks: readonly HeardMark[], opensThreads: boolean): Map<string, Start> {
  const starts = new Map<string, Start>()
  const add = (channel: string, guild: string | undefined, after: bigint): void => {
    const known = starts.get(channel)
    if (known === undefined) starts.set(channel, { guild, after })
    else if (after > known.after) known.after = after
  }
  for (const mark of marks) {
    const { tenant, channel, thread } = mark.address
    add(thread ?? channel, tenant, heardUpTo(mark))
    // Questions that open threads are asked in the channel; a thread has the id of its question.
    if (thread !== undefined && opensThreads) add(channel, tenant, BigInt(thread))
  }
  return starts
}

/** What was said by a command, or by a question about a message, has the id of that use at the end of its own. */
function heardUpTo({ id, at }: HeardMark): bigint {
  const heard = /\d+$/.exec(id ?? '')?.[0]
  // Discord is asked for what comes after: the first id of that moment may be that of a message.
  if (heard !== undefined) return BigInt(heard)
  const first = BigInt(idAt(at))
  return first > 0n ? first - 1n : first
}

/** Threads and forum posts of a guild's channels in which something was said since the first of what was missed there. */
async function newThreads(
  { api, places }: HistoryParts,
  guild: string,
  marks: readonly HeardMark[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Start>> {
  const found = new Map<string, Start>()
  const answer = await asked(api, (rest) => rest.get(`/guilds/${guild}/threads/active`, { signal }), signal)
  const { threads, members } = Active.safeParse(answer).data ?? { threads: [], members: [] }
  const joined = new Set(members.map(({ id }) => id))
  for (const thread of threads) {
    const since = marks
      .filter(({ address }) => address.channel === thread.parent_id)
      .map(heardUpTo)
      .reduce<bigint | undefined>(
        (least, each) => (least === undefined || each < least ? each : least),
        undefined,
      )
    if (since === undefined || BigInt(thread.last_message_id ?? 0) <= since) continue
    places.saw(joined.has(thread.id) ? { ...thread, member: {} } : thread)
    found.set(thread.id, { guild, after: since })
  }
  return found
}

/** In the order in which they were written. */
async function pageOf(
  api: Api,
  channel: string,
  after: string,
  signal: AbortSignal,
): Promise<{ messages: DiscordMessage[]; next: string | undefined }> {
  const query = new URLSearchParams({ after, limit: String(pageSize) })
  const answer = await asked(
    api,
    (rest) => rest.get(`/channels/${channel}/messages`, { query, signal }),
    signal,
  )
  if (answer === undefined) return { messages: [], next: undefined }
  const page = z.array(z.unknown()).parse(answer).toReversed()
  const messages = page.flatMap((message) => DiscordMessage.safeParse(message).data ?? [])
  return { messages, next: page.length < pageSize ? undefined : messages.at(-1)?.id }
}

/** As fast as Discord takes it. Undefined: it is gone, or closed to the bot. Throws {@link AdapterError}. */
async function asked(
  api: Api,
  call: (rest: REST) => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    try {
      return await api.run('what was missed', call)
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      if (error.code === 'gone' || error.code === 'forbidden') return undefined
      if (error.code !== 'throttled') throw error
      await sleep(Math.max(error.retryAfter ?? 0, 100), undefined, { signal })
    }
  }
}
