/** Whoever is seen to type where what they write is for the bot. Pure. */
import { z } from 'zod'
import type { Bot } from '../../src/contract.ts'
import { Snowflake, User } from './events.ts'
import { address, personOf, type Self } from './inbound.ts'
import type { Place } from './places.ts'

export const Typing = z.object({
  channel_id: Snowflake,
  guild_id: Snowflake.optional(),
  user_id: Snowflake,
  // In guilds alone.
  member: z.object({ user: User }).optional().catch(undefined),
})
export type Typing = z.infer<typeof Typing>

/**
 * Directly, and in threads that the bot takes part in: in a channel people mostly talk to each other. `thread`: the one
 * that the channel is, as far as that is known. Undefined: nobody to expect.
 */
export function expectedIn(
  { channel_id: channel, guild_id: guild, user_id: id, member }: Typing,
  thread: Place | undefined,
  self: Self,
): Parameters<Bot['expects']> | undefined {
  if (id === self.user) return undefined
  // Of groups nothing is said: those that were known last hold.
  const from = member === undefined ? { id } : personOf(member.user)
  if (guild === undefined) return [address(undefined, channel, undefined), from, true]
  if (thread?.joined !== true) return undefined
  return [address(guild, thread.channel, thread.thread), from, false]
}
