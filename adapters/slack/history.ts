/** What people wrote while the bot was away, as it would have come. */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AdapterError, type HeardMark, type Inbound } from '../../src/contract.ts'
import { Message, type SlackMessage } from './events.ts'
import { arrivedIn, peopleIn } from './inbound.ts'
import type { Workspace } from './workspace.ts'

const pageSize = 200
/** How long it may take to find out who is in a thread; milliseconds. */
const lookMs = 20_000
/** Pages of one chat; what lies further back is left. */
const mostPages = 5

const Page = z.object({
  messages: z.array(z.unknown()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

/** A message that may be the first of a thread. */
const Root = Message.extend({ reply_count: z.number().default(0) })
type Root = z.infer<typeof Root>

/** Throws {@link AdapterError}, or the signal's reason. Chats that are gone, or left, are passed over. */
export async function* missed(
  parts: Workspace,
  marks: readonly HeardMark[],
  signal: AbortSignal,
): AsyncGenerator<Inbound> {
  for (const [channel, here] of Map.groupBy(marks, ({ address }) => address.channel)) {
    const chat = { channel, tenant: here[0]?.address.tenant ?? '', signal }
    const since = here.map(timeOf).toSorted().at(-1) ?? '0'
    const roots = await fetched(parts, chat, undefined, since)
    yield* arrivals(parts, chat, roots)
    const known = new Map(
      here.flatMap((mark) =>
        mark.address.thread === undefined ? [] : [[mark.address.thread, timeOf(mark)]],
      ),
    )
    for (const { ts, reply_count: replies } of roots) if (replies > 0 && !known.has(ts)) known.set(ts, ts)
    for (const [thread, from] of known) yield* arrivals(parts, chat, await fetched(parts, chat, thread, from))
  }
}

interface Chat {
  readonly channel: string
  readonly tenant: string
  readonly signal: AbortSignal
}

async function* arrivals(
  { self, threads, profiles }: Workspace,
  { channel, tenant }: Chat,
  messages: readonly SlackMessage[],
): AsyncGenerator<Inbound> {
  // Slack does not say here who else is in the channel.
  const shared = { is_ext_shared_channel: true, event: undefined } as const
  const callback = { type: 'event_callback', team_id: tenant, ...shared } as const
  for (const message of messages) {
    const event = { ...message, type: 'message', channel } as const
    const meant = arrivedIn(callback, event, self)
    if (meant === null) continue
    const { ifIn } = meant
    if (ifIn !== undefined && !(await threads.takesPart(ifIn.channel, ifIn.thread, lookMs))) continue
    const names = await profiles.of(peopleIn(event))
    yield (arrivedIn(callback, event, self, names) ?? meant).inbound
  }
}

/** Of a channel or a thread after `since`, oldest first. */
async function fetched(
  parts: Workspace,
  chat: Chat,
  thread: string | undefined,
  since: string,
): Promise<readonly Root[]> {
  try {
    const all = await pages(parts, chat, thread, since)
    return all
      .flatMap((message) => Root.safeParse(message).data ?? [])
      .filter(({ ts }) => ts > since)
      .toSorted((a, b) => (a.ts < b.ts ? -1 : 1))
  } catch (error) {
    if (!(error instanceof AdapterError) || !['gone', 'forbidden'].includes(error.code)) throw error
    parts.bot.log.debug({ err: error }, 'a chat can be read no more: what was missed there is left')
    return []
  }
}

async function pages(
  { api, budget }: Workspace,
  { channel, signal }: Chat,
  thread: string | undefined,
  since: string,
): Promise<readonly unknown[]> {
  const all: unknown[] = []
  let cursor = ''
  for (let page = 0; page < mostPages; page += 1) {
    for (let wait = budget.take('history'); wait > 0; wait = budget.take('history')) {
      await sleep(wait, undefined, { signal })
    }
    const range = { channel, oldest: since, limit: pageSize, ...(cursor === '' ? {} : { cursor }) }
    const answer = await api.run('conversations.history', (client) =>
      thread === undefined
        ? client.conversations.history(range)
        : client.conversations.replies({ ...range, ts: thread }),
    )
    const { messages, response_metadata: more } = Page.parse(answer)
    all.push(...messages)
    cursor = more?.next_cursor ?? ''
    if (cursor === '') break
  }
  return all
}

/** As Slack names times. The id of what came by a command or a modal is none. */
function timeOf({ address, id = '', at }: HeardMark): string {
  const named = id.startsWith(`${address.channel}:`) ? id.slice(address.channel.length + 1) : ''
  return /^\d+\.\d+$/.test(named) ? named : (at / 1000).toFixed(6)
}
