/** What Slack tells the bot, as it stands on the wire. Pure. */
import type { ChannelKind, StoredFile, StoredMessage, Team } from './team.ts'

type Wire = Readonly<Record<string, unknown>>

/** What a message looks like, in an event and in a history. */
export function wireMessage(team: Team, message: StoredMessage): Wire {
  const { ts, user, home, text, blocks, threadTs, botId, edited, files, streaming } = message
  const replies = team.messages.filter((each) => each.threadTs === ts).length
  return {
    type: 'message',
    ts,
    user,
    text,
    team: team.id,
    ...(home !== undefined && { user_team: home, source_team: home }),
    ...(blocks.length > 0 && { blocks }),
    ...(threadTs !== undefined && {
      thread_ts: threadTs,
      parent_user_id: team.find(message.channel, threadTs)?.user,
    }),
    ...(botId !== undefined && { bot_id: botId, app_id: 'A1', bot_profile: { id: botId, app_id: 'A1' } }),
    ...(edited !== undefined && { edited: { user, ts: edited } }),
    ...(replies > 0 && { reply_count: replies }),
    ...(streaming === true && { streaming_state: 'in_progress' }),
    ...(files.length > 0 && { files: files.map(fileIn) }),
  }
}

function fileIn({ id, name, mimetype, content }: StoredFile): Wire {
  const size = content.length
  return { id, name, title: name, mimetype, size, mode: 'hosted', is_external: false }
}

function place(team: Team, channel: string): Wire {
  const kind: ChannelKind = team.kindOf(channel)
  return { channel, channel_type: kind }
}

export function posted(team: Team, message: StoredMessage): Wire {
  const subtype = message.files.length > 0 && message.botId === undefined ? { subtype: 'file_share' } : {}
  return { ...wireMessage(team, message), ...place(team, message.channel), ...subtype, event_ts: message.ts }
}

export function mentioned(team: Team, message: StoredMessage): Wire {
  return {
    ...wireMessage(team, message),
    type: 'app_mention',
    channel: message.channel,
    event_ts: message.ts,
  }
}

export function changed(team: Team, now: StoredMessage, before: StoredMessage, more: Wire = {}): Wire {
  const ts = team.ts()
  return {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    ...place(team, now.channel),
    message: { ...wireMessage(team, now), ...more },
    previous_message: wireMessage(team, before),
    ts,
    event_ts: ts,
  }
}

export function deleted(team: Team, message: StoredMessage): Wire {
  const ts = team.ts()
  return {
    type: 'message',
    subtype: 'message_deleted',
    hidden: true,
    ...place(team, message.channel),
    deleted_ts: message.ts,
    previous_message: wireMessage(team, message),
    ts,
    event_ts: ts,
  }
}

/** Around every event. */
export function callback(team: Team, event: Wire): Wire {
  return {
    token: 'not used any more',
    team_id: team.id,
    context_team_id: team.id,
    api_app_id: 'A1',
    type: 'event_callback',
    event_id: team.newId('Ev'),
    event_time: Math.floor(Date.now() / 1000),
    ...(team.enterprise !== undefined && { enterprise_id: team.enterprise }),
    authorizations: [
      {
        enterprise_id: team.enterprise ?? null,
        team_id: team.enterprise === undefined ? team.id : null,
        user_id: team.bot.user,
        is_bot: true,
        is_enterprise_install: team.enterprise !== undefined,
      },
    ],
    is_ext_shared_channel: event.user_team !== undefined,
    event,
  }
}

/** Where something was pressed: Slack names no workspace where an organisation installed the app. */
export function pressedIn({ id, enterprise }: Team): Wire {
  if (enterprise === undefined) return { team: { id, domain: 'a-team' }, enterprise: null }
  return { team: null, enterprise: { id: enterprise, name: 'An organisation' }, is_enterprise_install: true }
}
