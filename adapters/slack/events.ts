/** What Slack sends, as far as it is looked at. Hostile until it is parsed here. */
import { z } from 'zod'

const ts = z.string().regex(/^\d+\.\d+$/)

const File = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
})

export const Message = z.object({
  ts,
  user: z.string().optional(),
  text: z.string().default(''),
  thread_ts: ts.optional(),
  parent_user_id: z.string().nullish(),
  bot_id: z.string().nullish(),
  /** The writer's own workspace or organisation, in channels that several share. */
  user_team: z.string().nullish(),
  source_team: z.string().nullish(),
  subtype: z.string().optional(),
  edited: z.object({ ts }).optional(),
  files: z.array(File).optional(),
})
export type SlackMessage = z.infer<typeof Message>

const place = { channel: z.string().min(1), event_ts: ts.optional() }

const Mention = Message.extend({ type: z.literal('app_mention'), ...place })
const Posted = Message.extend({ type: z.literal('message'), ...place })
const Changed = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_changed'),
  ...place,
  message: Message,
  previous_message: Message.optional(),
})
const Deleted = z.object({
  type: z.literal('message'),
  subtype: z.literal('message_deleted'),
  ...place,
  deleted_ts: ts,
  previous_message: Message.optional(),
})

/** Other events, and other subtypes of messages, are none of ours. */
export const SlackEvent = z.union([Changed, Deleted, Mention, Posted])
export type SlackEvent = z.infer<typeof SlackEvent>

/** Somebody pressed Slack's own Stop button. */
export const AgentStopped = z.object({
  type: z.literal('agent_session_stopped'),
  channel: z.string().min(1),
  user: z.string(),
  thread_ts: ts,
  event_ts: ts,
})
export type AgentStopped = z.infer<typeof AgentStopped>

/** Somebody opened the panel where agents are talked to. */
export const PanelOpened = z.object({
  type: z.literal('assistant_thread_started'),
  assistant_thread: z.object({ user_id: z.string(), channel_id: z.string(), thread_ts: ts }),
})
export type PanelOpened = z.infer<typeof PanelOpened>

/** Somebody opened the app's own place in Slack. */
export const HomeOpened = z.object({
  type: z.literal('app_home_opened'),
  user: z.string(),
  /** Their direct chat with the bot. */
  channel: z.string().min(1),
  tab: z.literal('home'),
})
export type HomeOpened = z.infer<typeof HomeOpened>

/** Somebody opened their direct chat with the app; of use to agents of today, who have no panels. */
export const ChatOpened = HomeOpened.extend({ tab: z.literal('messages') })

/** Around every event. `authorizations` names the workspace that it is delivered for, or none: a whole organisation. */
export const EventCallback = z.object({
  type: z.literal('event_callback'),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  authorizations: z
    .array(z.object({ team_id: z.string().nullish(), enterprise_id: z.string().nullish() }))
    .optional(),
  /** Whether people of other companies are in the channel, too. */
  is_ext_shared_channel: z.boolean().nullish(),
  event: z.unknown(),
})
export type EventCallback = z.infer<typeof EventCallback>

/** The workspace that it is for. */
export function tenantOf({ authorizations, team_id }: EventCallback): string {
  return authorizations?.[0]?.team_id ?? team_id
}

/** The app is gone from the workspace, or its token is. */
export const Uninstalled = z.object({
  type: z.literal('event_callback'),
  event: z.union([
    z.object({ type: z.literal('app_uninstalled') }),
    z.object({ type: z.literal('tokens_revoked'), tokens: z.object({ bot: z.array(z.string()).min(1) }) }),
  ]),
})

const id = z.object({ id: z.string() }).nullish()

/** Where whatever it is happened. Each kind says it in another way. */
export const Origin = z.object({
  team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  authorizations: z
    .array(z.object({ team_id: z.string().nullish(), enterprise_id: z.string().nullish() }))
    .optional(),
  team: id,
  enterprise: id,
})
export type Origin = z.infer<typeof Origin>

/** `team_id`: their own workspace, or the organisation that it is one of. */
const User = z.object({ id: z.string(), name: z.string().optional(), team_id: z.string().nullish() })
const Team = z.object({ id: z.string() }).nullish()

export const BlockActions = z.object({
  type: z.literal('block_actions'),
  team: Team,
  enterprise: Team,
  user: User,
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts, thread_ts: ts.optional() }).optional(),
  trigger_id: z.string(),
  state: z
    .object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({ selected_options: z.array(z.object({ value: z.string() })).optional() }),
        ),
      ),
    })
    .optional(),
  actions: z.array(z.object({ action_id: z.string(), action_ts: ts, value: z.string().optional() })).min(1),
})
export type BlockActions = z.infer<typeof BlockActions>

/** A button of the home tab. */
export const HomeActions = z.object({
  type: z.literal('block_actions'),
  team: Team,
  user: User,
  view: z.object({ type: z.literal('home'), private_metadata: z.string() }),
  actions: z.array(z.object({ action_id: z.string(), action_ts: ts, value: z.string() })).min(1),
})
export type HomeActions = z.infer<typeof HomeActions>

export const ViewSubmission = z.object({
  type: z.literal('view_submission'),
  team: Team,
  enterprise: Team,
  user: User,
  view: z.object({
    id: z.string(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
})
export type ViewSubmission = z.infer<typeof ViewSubmission>

export const SlashCommand = z.object({
  command: z.string(),
  text: z.string().default(''),
  team_id: z.string(),
  channel_id: z.string(),
  user_id: z.string(),
  trigger_id: z.string(),
})
export type SlashCommand = z.infer<typeof SlashCommand>

/** The shortcut on a message. */
export const MessageAction = z.object({
  type: z.literal('message_action'),
  callback_id: z.string(),
  team: Team,
  user: User,
  channel: z.object({ id: z.string() }),
  trigger_id: z.string(),
  message: z.object({
    ts,
    thread_ts: ts.optional(),
    text: z.string().default(''),
    blocks: z.array(z.unknown()).nullish(),
    attachments: z.array(z.unknown()).nullish(),
    files: z.array(File).optional(),
    /** The workspace, where `team` names none. */
    team: z.string().optional(),
  }),
})
export type MessageAction = z.infer<typeof MessageAction>
