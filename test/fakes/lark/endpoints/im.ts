/** Messages. */
import { z } from 'zod'
import { endpoint, Refusal } from '../endpoint.ts'
import { cardIn, cardMs } from '../cards.ts'
import type { FakeLark } from '../lark.ts'
import { wireMessage } from '../events.ts'
import type { Chat, StoredMessage } from '../tenant.ts'
import { stored } from '../content.ts'

const uuid = z.string().min(1).max(50).optional()
const content = z.string().min(1)
const msg_type = z.enum(['text', 'post', 'image', 'file', 'audio', 'media', 'interactive'])
const scope = 'im:message'
const mostEdits = 20
const hour = 60 * 60_000

export const im = [
  endpoint(
    'POST /im/v1/messages',
    {
      scope,
      query: { receive_id_type: z.enum(['open_id', 'chat_id']) },
      body: { receive_id: z.string().min(1), msg_type, content, uuid },
    },
    ({ query, body }, lark) => {
      return send(lark, { chat: receiver(lark, query.receive_id_type, body.receive_id), ...body })
    },
  ),
  endpoint(
    'POST /im/v1/messages/:id/reply',
    { scope, body: { msg_type, content, uuid, reply_in_thread: z.boolean().optional() }, query: {} },
    ({ path, body }, lark) => {
      const parent = standing(lark, path.id ?? '')
      const chat = chatOf(lark, parent.chat)
      if (body.reply_in_thread === true) parent.thread ??= lark.tenant.newId('omt')
      return send(lark, {
        chat,
        parent,
        ...body,
        ...(parent.thread === undefined ? {} : { thread: parent.thread }),
      })
    },
  ),
  endpoint(
    'PUT /im/v1/messages/:id',
    { scope, body: { msg_type: z.enum(['text', 'post']), content }, query: {} },
    ({ path, body }, lark) => {
      const message = own(lark, path.id ?? '')
      if (message.type !== body.msg_type)
        throw new Refusal(230054, 'This operation is not supported for this message type')
      if (message.edits >= mostEdits)
        throw new Refusal(230072, 'The message has reached the number of times it can be edited')
      message.edits += 1
      message.content = stored(body.msg_type, body.content, lark)
      message.updatedAt = lark.now()
      return { data: wireMessage(lark, message) }
    },
  ),
  endpoint('PATCH /im/v1/messages/:id', { scope, body: { content }, query: {} }, ({ path, body }, lark) => {
    const message = own(lark, path.id ?? '')
    if (message.type !== 'interactive' || message.card !== undefined) throw new Refusal(230001, 'NOT a card')
    if (lark.now() - message.createdAt > cardMs)
      throw new Refusal(230031, 'Message exceeds the update time limit')
    lark.rates.count(`patch ${message.id}`, 5, 1000, 230020)
    cardIn(body.content, lark.tenant.files)
    message.content = body.content
    message.updatedAt = lark.now()
    return { data: {} }
  }),
  endpoint('DELETE /im/v1/messages/:id', { scope, query: {}, body: {} }, ({ path }, lark) => {
    own(lark, path.id ?? '').deleted = true
    return { data: {} }
  }),
  endpoint('GET /im/v1/messages/:id', { scope, query: {}, body: {} }, ({ path }, lark) => {
    const message = lark.tenant.find(path.id ?? '')
    if (message === undefined) throw new Refusal(230002, 'no such message')
    const forwarded = (lark.tenant.forwarded.get(message.id) ?? []).map((each) => ({
      ...wireMessage(lark, each),
      upper_message_id: message.id,
    }))
    return { data: { items: [wireMessage(lark, message), ...forwarded] } }
  }),
  endpoint(
    'GET /im/v1/messages',
    {
      scope: 'im:message.group_msg',
      query: {
        container_id_type: z.enum(['chat', 'thread']),
        container_id: z.string(),
        start_time: z
          .string()
          .regex(/^\d{10}$/)
          .optional(),
        end_time: z
          .string()
          .regex(/^\d{10}$/)
          .optional(),
        sort_type: z.enum(['ByCreateTimeAsc', 'ByCreateTimeDesc']).optional(),
        page_size: z.coerce.number().int().min(1).max(50).optional(),
        page_token: z.string().optional(),
        card_msg_content_type: z.enum(['raw_card_content', 'user_card_content']).optional(),
      },
      body: {},
    },
    ({ query }, lark) => {
      const oldest = listed(lark, query)
      const found = query.sort_type === 'ByCreateTimeDesc' ? oldest.toReversed() : oldest
      const size = query.page_size ?? 20
      const from = Number(query.page_token ?? 0)
      const shown = found.slice(from, from + size)
      const items = shown.map((message) => wireMessage(lark, message, query.card_msg_content_type))
      const more = from + size < found.length
      return { data: { has_more: more, items, ...(more && { page_token: String(from + size) }) } }
    },
  ),
]

/** Topics are listed whole, and of them a chat's own list holds the first messages alone. */
function listed(
  lark: FakeLark,
  query: { container_id_type: string; container_id: string; start_time?: string | undefined },
): StoredMessage[] {
  const { container_id: id, start_time: start } = query
  const { messages } = lark.tenant
  if (query.container_id_type === 'chat') {
    chatOf(lark, id)
    const since = Number(start ?? 0) * 1000
    return messages.filter((each) => each.chat === id && each.createdAt >= since && !isInTopic(each))
  }
  if (start !== undefined) throw new Refusal(230001, 'a thread is not listed by time')
  return messages.filter(({ thread }) => thread === id)
}

function isInTopic({ thread, root }: StoredMessage): boolean {
  return thread !== undefined && root !== undefined
}

interface Sending {
  readonly chat: Chat
  readonly msg_type: string
  readonly content: string
  readonly uuid?: string | undefined
  readonly thread?: string
  readonly parent?: StoredMessage
}

function send(lark: FakeLark, { chat, msg_type: type, content, uuid, thread, parent }: Sending): object {
  const before = uuid === undefined ? undefined : lark.tenant.sent.get(uuid)
  // The same within an hour is sent once, and answered as if it were sent.
  if (before !== undefined && lark.now() - before.createdAt < hour) return { data: wireMessage(lark, before) }
  lark.rates.count(`send ${chat.id}`, 5, 1000, 230020)
  const kept = stored(type, content, lark)
  const card = type === 'interactive' ? lark.entityIn(content) : undefined
  const message = lark.tenant.add({
    chat: chat.id,
    type,
    content: kept,
    thread,
    card,
    ...(parent === undefined ? {} : { parent: parent.id, root: parent.root ?? parent.id }),
  })
  if (card !== undefined) card.sent = true
  if (uuid !== undefined) lark.tenant.sent.set(uuid, message)
  return { data: wireMessage(lark, message) }
}

/** Not a topic: one is replied to. */
function receiver(lark: FakeLark, type: string, id: string): Chat {
  if (type === 'chat_id') return chatOf(lark, id)
  if (!lark.people.known(id)) throw new Refusal(230013, 'Bot has NO availability to this user.')
  return lark.tenant.direct(id)
}

function chatOf(lark: FakeLark, id: string): Chat {
  const chat = lark.tenant.chats.get(id)
  if (chat?.member !== true) throw new Refusal(230002, 'The bot can not be outside the group.')
  return chat
}

function standing(lark: FakeLark, id: string): StoredMessage {
  const message = lark.tenant.find(id)
  if (message === undefined) throw new Refusal(230001, 'invalid message id')
  if (message.deleted) throw new Refusal(230011, 'The message was withdrawn.')
  return message
}

function own(lark: FakeLark, id: string): StoredMessage {
  const message = standing(lark, id)
  if (message.user !== undefined) throw new Refusal(230071, 'the operator is not the sender of the message')
  return message
}
