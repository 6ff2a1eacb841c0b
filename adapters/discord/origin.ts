/** Who used something of the bot's, and where. Pure. */
import type { Address, Message } from '../../src/contract.ts'
import type { Interaction } from './events.ts'
import { address, groupOf, personOf, timeOf } from './inbound.ts'

export type Origin = Pick<Message, 'id' | 'at' | 'from' | 'address' | 'direct'>

/** Null: Discord does not tell who it was. */
export function originOf(interaction: Interaction): Origin | null {
  const { id, member, user, guild_id: guild, locale } = interaction
  const who = member?.user ?? user
  if (who === undefined) return null
  const from = {
    ...personOf(who),
    ...(member === undefined ? {} : { groups: member.roles.map(groupOf) }),
    ...(locale === undefined ? {} : { locale }),
  }
  return { id, at: timeOf(id), from, address: placeOf(interaction), direct: guild === undefined }
}

function placeOf({ guild_id: guild, channel_id: id, channel }: Interaction): Address {
  const parent = channel?.parent_id
  const thread = channel?.type === 10 || channel?.type === 11 || channel?.type === 12
  return thread && typeof parent === 'string' ? address(guild, parent, id) : address(guild, id, undefined)
}
