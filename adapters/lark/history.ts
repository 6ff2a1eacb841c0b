/** What was written while nobody listened: fetched from the chats that the bot has heard from. */
import { z } from 'zod'
import { AdapterError, type Fault, type HeardMark, type Log, type Message } from '../../src/contract.ts'
import { Answered, type Api } from './api.ts'
import type { Arrivals } from './arrivals.ts'
import type { DirectChats } from './chats.ts'
import { asReceived, Listed } from './events.ts'
import { containerOf } from './finder.ts'
import { isDirect } from './inbound.ts'

const mostPages = 20
/** Milliseconds that clocks, and the order of messages, may differ. */
const slackMs = 2000
/** One chat alone is passed over for these. */
const closed: ReadonlySet<Fault> = new Set(['forbidden', 'gone', 'rejected', 'unsupported'])

const Found = Answered({ items: z.array(Listed) })
const Page = Answered({
  items: z.array(Listed).default([]),
  has_more: z.boolean().default(false),
  page_token: z.string().optional(),
})

export interface HistoryParts {
  readonly api: Api
  readonly chats: DirectChats
  readonly arrivals: Arrivals
  readonly log: Log
}

/** Throws {@link AdapterError}. */
export async function* history(
  parts: HistoryParts,
  marks: readonly HeardMark[],
  signal: AbortSignal,
): AsyncGenerator<Message> {
  for (const mark of marks) {
    signal.throwIfAborted()
    try {
      yield* after(parts, mark, signal)
    } catch (error) {
      if (!(error instanceof AdapterError) || !closed.has(error.code)) throw error
      parts.log.info({ err: error }, 'what was written in a chat meanwhile cannot be fetched')
    }
  }
}

async function* after(parts: HistoryParts, mark: HeardMark, signal: AbortSignal): AsyncGenerator<Message> {
  const { address } = mark
  const container = await listOf(parts.api, parts.chats, mark)
  if (container === undefined) return
  for (const item of await missed(parts, container, mark, signal)) {
    if (item.deleted) continue
    const event = asReceived(item, isDirect(address.channel))
    const message = await parts.arrivals.message(event, address.tenant ?? '')
    if (message !== null) yield message
  }
}

/** In the order of the chat. Listed from its end, for a topic may be long: where too much was missed the oldest is left out. */
async function missed(
  { api, log }: HistoryParts,
  container: Readonly<Record<string, string>>,
  { address: { channel, thread }, at }: HeardMark,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const found: Listed[] = []
  let page: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    signal.throwIfAborted()
    const query = { ...container, sort_type: 'ByCreateTimeDesc', page_size: '50', page_token: page }
    const { data } = await api.call({ method: 'GET', path: '/im/v1/messages', query }, Page)
    const late = data.items.filter(({ create_time: time }) => Number(time) >= at - slackMs)
    found.push(...late)
    page = data.page_token
    if (late.length < data.items.length || !data.has_more || page === undefined) return found.toReversed()
  }
  log.warn(
    { channel, thread, kept: found.length },
    'so much was missed in a chat that the oldest is left out',
  )
  return found.toReversed()
}

/** How lists name it. Undefined: a chat of two of which no message is known to tell its id. */
async function listOf(
  api: Api,
  chats: DirectChats,
  { address, id, at }: HeardMark,
): Promise<Readonly<Record<string, string>> | undefined> {
  const known = await containerOf(chats, address)
  // Feishu lists a topic from its begin only.
  if (address.thread !== undefined) return known
  const chat = known?.container_id ?? (await chatOf(api, id))
  if (chat === undefined) return undefined
  const start_time = String(Math.floor((at - slackMs) / 1000))
  return { container_id_type: 'chat', container_id: chat, start_time }
}

async function chatOf(api: Api, id = ''): Promise<string | undefined> {
  const message = /^om_\w+/.exec(id)?.[0]
  if (message === undefined) return undefined
  const { data } = await api.call({ method: 'GET', path: `/im/v1/messages/${message}` }, Found)
  return data.items[0]?.chat_id
}
