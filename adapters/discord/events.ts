/** What Discord sends, as far as it is looked at. Hostile until it is parsed here. */
import { z } from 'zod'

export const Snowflake = z.string().regex(/^\d{1,20}$/)

/** Those that are as Discord documents them: an odd one does not take the others with it. */
export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(z.unknown())
    .catch([])
    .transform((all): z.output<T>[] =>
      all.flatMap((each) => {
        const parsed = item.safeParse(each)
        return parsed.success ? [parsed.data] : []
      }),
    )
}

export const User = z.object({
  id: Snowflake,
  username: z.string().optional(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
})

/** In a guild. Whoever has left it is none any more. */
const Member = z.object({ roles: z.array(Snowflake) })

const File = z.object({
  id: Snowflake,
  filename: z.string(),
  url: z.string(),
  size: z.number().optional(),
  content_type: z.string().nullish(),
})

export type File = z.infer<typeof File>

/** What an app says in a frame, as those of code forges and monitors do. Previews of links are of other types. */
const Embed = z.object({
  type: z.literal('rich'),
  title: z.string().nullish().catch(undefined),
  description: z.string().nullish().catch(undefined),
  url: z.string().nullish().catch(undefined),
  fields: listOf(z.object({ name: z.string(), value: z.string() })),
})

/** What another message says. */
const Said = z.object({
  content: z.string().catch(''),
  attachments: listOf(File),
  embeds: listOf(Embed),
  /** Of one that is made of them: its words. */
  components: z.unknown().optional(),
})
export type Said = z.infer<typeof Said>

/** A message that is asked about. */
export const Target = Said.extend({
  /** Of what it forwards. */
  message_snapshots: listOf(z.object({ message: Said })),
})
export type Target = z.infer<typeof Target>

export const DiscordMessage = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  guild_id: Snowflake.optional(),
  type: z.int(),
  author: User,
  member: Member.optional(),
  content: z.string(),
  timestamp: z.string(),
  edited_timestamp: z.string().nullish(),
  webhook_id: Snowflake.optional(),
  mentions: listOf(z.object({ id: Snowflake })),
  attachments: listOf(File),
  /** Of the bot's own. */
  nonce: z.string().optional().catch(undefined),
  // Absent, or null: that message is gone.
  referenced_message: Said.extend({ author: z.object({ id: Snowflake }) }).nullish(),
  /** Of what is forwarded. */
  message_snapshots: listOf(z.object({ message: Said })),
})
export type DiscordMessage = z.infer<typeof DiscordMessage>

const place = { channel_id: Snowflake, guild_id: Snowflake.optional() }

export const Deleted = z.object({ id: Snowflake, ...place })
export const DeletedBulk = z.object({ ids: z.array(Snowflake), ...place })

export const Channel = z.object({
  id: Snowflake,
  type: z.int(),
  parent_id: Snowflake.nullish(),
  owner_id: Snowflake.nullish(),
  /** Of a thread: there when the bot is in it. */
  member: z.unknown().optional(),
})
export type Channel = z.infer<typeof Channel>

export const ThreadGone = z.object({ id: Snowflake })
export const ThreadMembers = z.object({ id: Snowflake, removed_member_ids: listOf(Snowflake) })

/** What it may have been boosted to. */
export const Boosted = z.object({ id: Snowflake, premium_tier: z.int().optional() })
export type Boosted = z.infer<typeof Boosted>

/** What a role was made for. */
const Role = z.object({ id: Snowflake, tags: z.object({ bot_id: Snowflake.optional() }).optional() })

export const Guild = Boosted.extend({
  roles: listOf(Role),
  channels: listOf(Channel),
  threads: listOf(Channel),
})
export type Guild = z.infer<typeof Guild>

/** Unavailable: Discord has an outage. Else the bot was put out of it. */
export const GuildGone = z.object({ id: Snowflake, unavailable: z.boolean().optional() })
export type GuildGone = z.infer<typeof GuildGone>

const Option = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** Of what is being typed: here. */
  focused: z.boolean().optional(),
})

const Command = z.object({
  name: z.string(),
  /** 1 a slash command; of a menu: 2 about a person, 3 about a message. */
  type: z.int(),
  target_id: Snowflake.optional(),
  options: z.array(Option).default([]),
  resolved: z.object({ messages: z.record(z.string(), Target).default({}) }).optional(),
})

const Input = z.object({ custom_id: z.string(), value: z.string().optional() })

const Component = z.object({
  custom_id: z.string(),
  values: z.array(z.string()).optional(),
  components: z.array(z.object({ component: Input.optional() })).optional(),
})

export const Interaction = z.object({
  id: Snowflake,
  token: z.string().min(1),
  /** 2 a command, 3 a component, 4 an argument that is being typed, 5 a modal that was sent. */
  type: z.int(),
  guild_id: Snowflake.optional(),
  channel_id: Snowflake,
  channel: z.object({ type: z.int().optional(), parent_id: Snowflake.nullish() }).optional(),
  member: Member.extend({ user: User }).optional(),
  user: User.optional(),
  locale: z.string().optional(),
  data: z.union([Component, Command]).optional().catch(undefined),
})
export type Interaction = z.infer<typeof Interaction>
