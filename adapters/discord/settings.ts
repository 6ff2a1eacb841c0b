/** Discord's settings. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

const mentioned = z
  .string()
  .regex(
    /^(?:users|roles|everyone|(?:role:)?\d{15,21})$/,
    'is neither users, roles nor everyone (and here), nor the id of a person (80351…) or of a role (role:80351…)',
  )

const guild = z.string().regex(/^\d{15,21}$/, 'is no id of a server: a right click on it, Copy Server ID')

const schema = z.strictObject({
  /** Of the bot; see Bot at discord.com/developers/applications. */
  token: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)+$/, 'is no bot token: see Bot at discord.com/developers/applications'),
  /** True: a mention in a channel opens a thread, and the answer goes there. */
  openThreads: z.boolean().default(false),
  /** The server whose roles count in direct chats, and in other servers, too. */
  homeGuild: guild.optional(),
  /** Servers whose people have the commands; empty: all of them, and direct chats. */
  commandGuilds: z.array(guild).default([]),
  /** True: whoever is seen to type to the bot finds their session awake. */
  wakeOnTyping: z.boolean().default(true),
  /** Whom Claude's answers may ping; nobody else is, however it is written. */
  mentions: z.array(mentioned).default([]),
  /** False: links in answers show no previews. */
  previews: z.boolean().default(true),
  /** Tables too wide for a phone: aligned as code all the same, or drawn. */
  tables: z.enum(['text', 'picture']).default('text'),
  /** Leads elsewhere than to Discord: a proxy, a test. */
  apiUrl: z.url().default('https://discord.com/api'),
})

export type DiscordSettings = z.infer<typeof schema>

export const settings: AdapterSettings<DiscordSettings> = {
  schema,
  environment: { token: 'DISCORD_TOKEN', apiUrl: 'DISCORD_API_URL' },
}
