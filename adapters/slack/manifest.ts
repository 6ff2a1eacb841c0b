/** What Slack is told of the app: what it may do, what it is told, where it shows. Pure. */

/** What the bot's token must be good for. */
export const scopes = [
  'app_mentions:read',
  'assistant:write',
  'chat:write',
  'commands',
  'channels:history',
  'groups:history',
  'im:history',
  'mpim:history',
  'files:read',
  'files:write',
  'users:read',
] as const

const events = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'tokens_revoked',
] as const

/** Where events over HTTP are taken. */
export const eventsPath = '/slack/events'
/** Where a browser begins to install the app, and where Slack sends it back to. */
export const installPath = '/slack/install'
export const redirectPath = '/slack/oauth_redirect'

/**
 * `url`: where Slack delivers, without a path; absent: Socket Mode. `several`: workspaces, or an organisation as a whole,
 * install it. As Slack's page "From a manifest" takes it.
 */
export function manifestOf(url: string | undefined, several = false): object {
  const requests = url === undefined ? {} : { request_url: new URL(eventsPath, url).href }
  const command = requests.request_url === undefined ? {} : { url: requests.request_url }
  return {
    display_information: { name: 'Parley', description: "Claude Code in your team's chat" },
    features: {
      bot_user: { display_name: 'Parley', always_online: true },
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      // Slack's agents, with suggestions and a Stop button; `assistant_view`, their older form, ends in February 2027.
      agent_view: { agent_description: "Claude Code in your team's chat" },
      slash_commands: [
        {
          command: '/parley',
          description: 'Commands of Parley',
          usage_hint: 'help',
          should_escape: true,
          ...command,
        },
      ],
      shortcuts: [
        {
          name: 'Ask about this',
          type: 'message',
          callback_id: 'parley_about',
          description: 'Ask Parley about a message',
        },
      ],
    },
    oauth_config: {
      ...(url === undefined ? {} : { redirect_urls: [new URL(redirectPath, url).href] }),
      scopes: { bot: scopes },
    },
    settings: {
      event_subscriptions: { ...requests, bot_events: events },
      interactivity: { is_enabled: true, ...requests },
      socket_mode_enabled: url === undefined,
      org_deploy_enabled: several,
      token_rotation_enabled: false,
    },
  }
}
