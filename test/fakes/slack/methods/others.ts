/** Who one is, where the socket is, what stands in a modal, what the bot is doing. */
import { z } from 'zod'
import { flag, json, type Method, method, Refusal, ts } from '../method.ts'
import type { Place } from '../oauth.ts'
import { HomeView, View } from '../shapes.ts'
import { sessionStatuses } from '../team.ts'
import { openChannel } from './chat.ts'

/** A press is good for a modal so long. */
const triggerMs = 3000

export const others: Readonly<Record<string, Method>> = {
  'auth.test': method({}, (_, { team, slack }) => ({
    url: slack.url,
    team: 'A team',
    user: 'parley',
    team_id: team.id,
    user_id: team.bot.user,
    bot_id: team.bot.id,
    ...(team.enterprise !== undefined && { enterprise_id: team.enterprise }),
    is_enterprise_install: team.enterprise !== undefined,
  })),

  'oauth.v2.access': method(
    {
      client_id: z.string(),
      client_secret: z.string(),
      code: z.string().optional(),
      redirect_uri: z.string().optional(),
      grant_type: z.enum(['authorization_code', 'refresh_token']).optional(),
      refresh_token: z.string().optional(),
    },
    ({ client_id: id, client_secret: secret, grant_type: type, ...given }, { slack }) => {
      const { code = '', redirect_uri: redirect, refresh_token: by = '' } = given
      const place =
        type === 'refresh_token'
          ? slack.oauth.renew(by, { id, secret })
          : slack.oauth.exchange(code, { id, secret, redirect })
      return { ...slack.issue(place), ...named(place), token_type: 'bot', app_id: 'A1' }
    },
    { tokenless: true },
  ),

  'apps.connections.open': method({}, (_, { slack }) => ({ url: slack.socket.address() }), {
    app: true,
    scope: 'connections:write',
  }),

  'agents.sessions.setStatus': method(
    {
      channel_id: z.string(),
      thread_ts: ts,
      status: z.enum(sessionStatuses),
      title: z.string().max(200).optional(),
      initiator_user_id: z.string().optional(),
    },
    ({ channel_id: channel, thread_ts: thread, status, title = '' }, { team, slack }) => {
      if (!slack.agents) throw new Refusal('not_authorized')
      openChannel(team, channel)
      team.work(channel, thread, status, title)
      slack.looked()
      return { status, agent_status: status }
    },
    { scope: 'chat:write' },
  ),

  'assistant.threads.setStatus': method(
    { channel_id: z.string(), thread_ts: ts, status: z.string().max(100) },
    ({ channel_id: channel, thread_ts: thread, status }, { team, slack }) => {
      openChannel(team, channel)
      team.statuses.set(`${channel}/${thread}`, status)
      slack.looked()
    },
    { scope: 'chat:write' },
  ),

  'assistant.threads.setSuggestedPrompts': method(
    {
      channel_id: z.string(),
      // Without one: over the composer of a direct chat.
      thread_ts: ts.optional(),
      prompts: json(z.array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) })).max(4)),
    },
    ({ channel_id: channel, thread_ts: thread = '', prompts }, { team, slack }) => {
      openChannel(team, channel)
      team.suggestions.set(
        `${channel}/${thread}`,
        prompts.map(({ title }) => title),
      )
      slack.looked()
    },
    { scope: 'assistant:write' },
  ),

  'assistant.threads.setTitle': method(
    { channel_id: z.string(), thread_ts: ts, title: z.string().min(1).max(255) },
    ({ channel_id: channel, thread_ts: thread, title }, { team, slack }) => {
      openChannel(team, channel)
      team.titles.set(`${channel}/${thread}`, title)
      slack.looked()
    },
    { scope: 'assistant:write' },
  ),

  'users.info': method(
    { user: z.string(), include_locale: flag.optional() },
    ({ user, include_locale: tells = false }, { team }) => {
      const known = team.people.get(user)
      if (known === undefined) throw new Refusal('user_not_found')
      const { name, locale = 'en-US' } = known
      return {
        user: {
          id: user,
          name: name.toLowerCase(),
          profile: { display_name: '', real_name: name },
          ...(tells && { locale }),
        },
      }
    },
    { scope: 'users:read' },
  ),

  'views.publish': method(
    { user_id: z.string(), view: json(HomeView) },
    ({ user_id: user, view }, { team, slack }) => {
      team.homes.set(user, view)
      slack.looked()
      return { view: { ...view, id: `VH${user}` } }
    },
  ),

  'views.open': method(
    { trigger_id: z.string(), view: json(View) },
    ({ trigger_id: id, view }, { team, slack }) => {
      const trigger = team.triggers.get(id)
      if (trigger === undefined) throw new Refusal('invalid_trigger_id')
      team.triggers.delete(id)
      if (Date.now() - trigger.at > triggerMs) throw new Refusal('expired_trigger_id')
      const open = { id: team.newId('V'), user: trigger.user, view }
      team.views.set(open.id, open)
      slack.looked()
      return { view: { ...view, id: open.id } }
    },
  ),
}

function named(place: Place): object {
  if ('teams' in place) {
    const { enterprise: id } = place
    return { team: null, enterprise: { id, name: `Organisation ${id}` }, is_enterprise_install: true }
  }
  const team = { id: place.id, name: `Team ${place.id}` }
  return { bot_user_id: place.bot.user, team, enterprise: null, is_enterprise_install: false }
}
