/** What is stored, as Discord puts it on the wire. */
import type { StoredChannel, StoredMessage, StoredUser, World } from './world.ts'
import { kinds, timeOf } from './world.ts'

/** As the REST API shows it: without the guild and the nonce, which only the gateway tells. */
export function messageObject(world: World, message: StoredMessage, cdn: string): object {
  const { id, channel, author, content, type, flags, rows, layout, editedAt, reference, webhook, forwards } =
    message
  const referenced = reference === undefined ? undefined : world.find(channel, reference)
  return {
    id,
    channel_id: channel,
    type,
    author: userObject(world.users.get(author) ?? { id: author, name: 'somebody' }),
    content,
    timestamp: new Date(timeOf(id)).toISOString(),
    edited_timestamp: editedAt ?? null,
    tts: false,
    mention_everyone: false,
    mentions: mentioned(world, content, referenced),
    mention_roles: Array.from(content.matchAll(/<@&(\d+)>/g), ([, role]) => role),
    attachments: filesOf(message, cdn),
    embeds: message.embeds ?? [],
    components: layout ?? rows,
    pinned: false,
    flags,
    ...(webhook === undefined ? {} : { webhook_id: webhook }),
    ...(forwards === undefined
      ? {}
      : {
          message_reference: { type: 1, channel_id: forwards.channel, message_id: forwards.id },
          message_snapshots: [{ message: snapshotOf(forwards, cdn) }],
        }),
    ...(reference === undefined
      ? {}
      : {
          message_reference: { type: 0, channel_id: channel, message_id: reference },
          referenced_message: referenced === undefined ? null : messageObject(world, referenced, cdn),
        }),
  }
}

/** Without who wrote it, and where. */
function snapshotOf(message: StoredMessage, cdn: string): object {
  const { id, type, content, flags } = message
  const timestamp = new Date(timeOf(id)).toISOString()
  const attachments = filesOf(message, cdn)
  const { embeds = [] } = message
  return { type, content, timestamp, edited_timestamp: null, flags, embeds, mentions: [], attachments }
}

function filesOf({ files, channel }: StoredMessage, cdn: string): object[] {
  return files.map((file) => ({
    id: file.id,
    filename: file.name,
    size: file.content.length,
    url: `${cdn}/attachments/${channel}/${file.id}/${encodeURIComponent(file.name)}?ex=1&is=1&hm=1`,
    proxy_url: `${cdn}/attachments/${channel}/${file.id}/${encodeURIComponent(file.name)}`,
    ...(file.mime === undefined ? {} : { content_type: file.mime }),
  }))
}

/** People whom a text names; a reply names whom it replies to. */
export function mentioned(world: World, content: string, referenced?: StoredMessage): object[] {
  const ids = Array.from(content.matchAll(/<@!?(\d+)>/g), ([, id]) => id ?? '')
  const all = new Set([...ids, ...(referenced === undefined ? [] : [referenced.author])])
  return [...all].flatMap((id) => {
    const user = world.users.get(id)
    return user === undefined ? [] : [userObject(user)]
  })
}

export function userObject({ id, name, bot }: StoredUser): object {
  return {
    id,
    username: name,
    global_name: name,
    discriminator: '0',
    avatar: null,
    ...(bot === undefined ? {} : { bot }),
  }
}

/** `viewer`: the bot, whose membership of a thread is told. */
export function channelObject(
  { id, kind, name, guild, parent, owner, members }: StoredChannel,
  viewer: string,
): object {
  if (kind === kinds.direct) return { id, type: kind, recipients: [] }
  return {
    id,
    type: kind,
    name,
    guild_id: guild,
    parent_id: parent ?? null,
    ...(owner === undefined ? {} : { owner_id: owner }),
    ...(kind === kinds.thread && {
      thread_metadata: { archived: false, auto_archive_duration: 1440, locked: false },
      ...(members.has(viewer) && {
        member: { id, user_id: viewer, join_timestamp: new Date().toISOString(), flags: 0 },
      }),
    }),
  }
}
