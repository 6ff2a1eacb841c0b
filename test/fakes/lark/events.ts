/** What the platform tells of, as it stands on the wire. Pure. */
import type { FakeLark } from './lark.ts'
import { cardOf, type StoredMessage } from './tenant.ts'

type Wire = Readonly<Record<string, unknown>>

/** Around every event. */
export function envelope(lark: FakeLark, type: string, event: Wire): Wire {
  return {
    schema: '2.0',
    header: {
      event_id: lark.tenant.newId('ev'),
      token: lark.verificationToken,
      create_time: String(lark.now()),
      event_type: type,
      tenant_key: lark.tenant.key,
      app_id: lark.appId,
    },
    event,
  }
}

export function userIds(openId: string): Wire {
  const bare = openId.replace(/^ou_/, '')
  return { open_id: openId, union_id: `on_${bare}`, user_id: `u${bare}` }
}

/** `im.message.receive_v1`. */
export function received(lark: FakeLark, message: StoredMessage, sender: 'user' | 'app' = 'user'): Wire {
  const chat = lark.tenant.chats.get(message.chat)
  return {
    sender: { sender_id: userIds(message.user ?? ''), sender_type: sender, tenant_key: lark.tenant.key },
    message: {
      message_id: message.id,
      ...(message.root !== undefined && { root_id: message.root }),
      ...(message.parent !== undefined && { parent_id: message.parent }),
      ...(message.thread !== undefined && { thread_id: message.thread }),
      create_time: String(message.createdAt),
      update_time: String(message.updatedAt),
      chat_id: message.chat,
      chat_type: chat?.kind ?? 'group',
      message_type: message.type,
      content: message.content,
      ...(message.mentions.length > 0 && {
        mentions: message.mentions.map(({ key, openId, name }) => ({
          key,
          id: userIds(openId),
          name,
          tenant_key: lark.tenant.key,
        })),
      }),
      user_agent: 'Mozilla/5.0',
    },
  }
}

/** `im.message.recalled_v1`. */
export function recalled(lark: FakeLark, message: StoredMessage): Wire {
  return {
    message_id: message.id,
    chat_id: message.chat,
    recall_time: String(lark.now()),
    recall_type: 'message_owner',
  }
}

/** `application.bot.menu_v6`. */
export function menuChosen(lark: FakeLark, user: string, key: string): Wire {
  return {
    operator: { operator_name: user, operator_id: userIds(user) },
    event_key: key,
    timestamp: Math.floor(lark.now() / 1000),
  }
}

/** `im.message.updated_v1`. */
export function updated(message: StoredMessage): Wire {
  return { message_id: message.id, chat_id: message.chat, update_time: String(message.updatedAt) }
}

/** A message as the open API gives it, in answers and lists: in another shape than in events. */
export function wireMessage(lark: FakeLark, message: StoredMessage, cards = 'default'): Wire {
  const { id, root, parent, thread, user, mentions } = message
  return {
    message_id: id,
    ...(root !== undefined && { root_id: root }),
    ...(parent !== undefined && { parent_id: parent }),
    ...(thread !== undefined && { thread_id: thread }),
    msg_type: message.type,
    create_time: String(message.createdAt),
    update_time: String(message.updatedAt),
    deleted: message.deleted,
    updated: message.edits > 0,
    chat_id: message.chat,
    sender:
      user === undefined
        ? { id: lark.appId, id_type: 'app_id', sender_type: 'app', tenant_key: lark.tenant.key }
        : { id: user, id_type: 'open_id', sender_type: 'user', tenant_key: lark.tenant.key },
    body: { content: contentOf(message, cards) },
    ...(mentions.length > 0 && {
      mentions: mentions.map(({ key, openId, name }) => ({ key, id: openId, id_type: 'open_id', name })),
    }),
  }
}

/** Of the bot's cards it is told what they say where that is asked for. */
function contentOf(message: StoredMessage, cards: string): string {
  if (message.deleted) return 'This message was recalled'
  if (message.type !== 'interactive' || message.user !== undefined) return message.content
  if (cards === 'user_card_content') return JSON.stringify({ user_dsl: JSON.stringify(cardOf(message)) })
  const upgrade = 'Please upgrade to the latest version to view the content'
  return JSON.stringify({ title: '', elements: [[{ tag: 'text', text: upgrade }]] })
}
