/** What the bot has to be allowed in a guild, and the page where that is given. Pure. */
import { PermissionFlagsBits } from 'discord.js'
import type { DiscordSettings } from './settings.ts'

interface Needed {
  /** As Discord's own pages call it. */
  readonly name: string
  readonly bit: bigint
}

const always: readonly Needed[] = [
  { name: 'View Channels', bit: PermissionFlagsBits.ViewChannel },
  { name: 'Send Messages', bit: PermissionFlagsBits.SendMessages },
  { name: 'Send Messages in Threads', bit: PermissionFlagsBits.SendMessagesInThreads },
  { name: 'Embed Links', bit: PermissionFlagsBits.EmbedLinks },
  { name: 'Attach Files', bit: PermissionFlagsBits.AttachFiles },
  { name: 'Read Message History', bit: PermissionFlagsBits.ReadMessageHistory },
]
const forThreads: Needed = { name: 'Create Public Threads', bit: PermissionFlagsBits.CreatePublicThreads }

type Uses = Pick<DiscordSettings, 'openThreads'>

/** `held`: the bits that the bot has there. */
export function missing(held: bigint, settings: Uses): readonly string[] {
  if ((held & PermissionFlagsBits.Administrator) !== 0n) return []
  return needed(settings).flatMap(({ name, bit }) => ((held & bit) === 0n ? [name] : []))
}

/** Whoever opens it chooses a guild and lets the bot in, or gives it what it lacks there. */
export function invitation(app: string, settings: Uses): string {
  const bits = needed(settings).reduce((sum, { bit }) => sum | bit, 0n)
  const query = `client_id=${app}&scope=bot+applications.commands&permissions=${bits}`
  return `https://discord.com/oauth2/authorize?${query}`
}

function needed({ openThreads }: Uses): readonly Needed[] {
  return openThreads ? [...always, forThreads] : always
}
