/** What the bot may do in the guild, by Discord's bits; and how it was let in. */
import { Refusal } from './route.ts'
import type { StoredChannel, World } from './world.ts'

export const bits = {
  view: 1n << 10n,
  send: 1n << 11n,
  embed: 1n << 14n,
  attach: 1n << 15n,
  history: 1n << 16n,
  publicThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
} as const

/** Throws {@link Refusal} where the bot lacks one of these there. Directly everybody may be written to. */
export function demand(
  { permissions }: World,
  { guild }: StoredChannel,
  ...names: (keyof typeof bits)[]
): void {
  if (guild === undefined) return
  if ((permissions & bits.view) === 0n) throw new Refusal(403, 50_001, 'Missing Access')
  if (names.some((name) => (permissions & bits[name]) === 0n))
    throw new Refusal(403, 50_013, 'Missing Permissions')
}

/** Somebody opens this page and agrees. */
export function invite(world: World, page: string): void {
  const { origin, pathname, searchParams: query } = new URL(page)
  if (origin + pathname !== 'https://discord.com/oauth2/authorize') throw new Error(`no such page: ${page}`)
  if (query.get('client_id') !== world.app) throw new Error('Unknown Application')
  const scopes = (query.get('scope') ?? '').split(' ')
  if (!scopes.includes('bot')) throw new Error('nothing is let in without the scope bot')
  world.joined = true
  world.commandsAllowed = scopes.includes('applications.commands')
  world.permissions = BigInt(query.get('permissions') ?? 0)
}
