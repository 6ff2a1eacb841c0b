/** Who may talk to the bot, where, and what each role may do. Pure. */
import type { Adapter, Inbound, Person } from './contract.ts'

/** From the least to the most. */
export const roles = ['guest', 'member', 'operator', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]

/** What each role may do; a higher one may do all that a lower one may. */
const gained = {
  guest: ['talk'],
  member: ['decide-own', 'change-shared'],
  operator: ['decide-for-others', 'stop-others', 'operate'],
  admin: ['grant-money', 'manage-people', 'manage-bot', 'join-others'],
  owner: ['manage-admins'],
} as const satisfies Record<Role, readonly string[]>
export type Right = (typeof gained)[Role][number]

/** Undefined: no role, no right. */
export function may(role: Role | undefined, right: Right): boolean {
  const own = roles.slice(0, role === undefined ? 0 : roles.indexOf(role) + 1)
  return own.some((each) => gained[each].some((known) => known === right))
}

/** All that a role may do, in the order in which the roles gain it. */
export function rightsOf(role: Role | undefined): readonly Right[] {
  return roles.flatMap((each): readonly Right[] => gained[each]).filter((right) => may(role, right))
}

/**
 * Lists of users hold `*`, `<adapter>:*`, `<adapter>:<user id>` or `<adapter>:<group>` (see Person.groups); those of places
 * the same with the place's id.
 */
export interface AccessRules {
  /** Members. Nobody is one by default. */
  readonly allow: readonly string[]
  /** Beats every other list. */
  readonly deny: readonly string[]
  readonly admins: readonly string[]
  readonly owners: readonly string[]
  readonly operators: readonly string[]
  readonly guests: readonly string[]
  readonly channels: PlaceRules
  readonly tenants: PlaceRules
}

interface PlaceRules {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

/**
 * The highest role of somebody with these ids, and in these groups. One id that is denied bars all of them: whoever was sent away on one
 * platform does not come in by another. `granted`: what each id was given when it was paired.
 */
export function roleOf(
  rules: AccessRules,
  ids: readonly string[],
  granted: readonly (Role | undefined)[] = [],
): Role | undefined {
  const { guests, allow, operators, admins, owners } = rules
  if (isDenied(rules, ids)) return undefined
  const lists = { guest: guests, member: allow, operator: operators, admin: admins, owner: owners }
  return roles.findLast((role) => granted.includes(role) || ids.some((id) => listed(lists[role], id)))
}

/** Is somebody with these ids sent away, whatever else is said of them? */
export function isDenied({ deny }: Pick<AccessRules, 'deny'>, ids: readonly string[]): boolean {
  return ids.some((id) => listed(deny, id))
}

/** Is somebody of this adapter sent away by a group? Groups have a prefix, ids of persons have none. */
export function deniesGroups({ deny }: Pick<AccessRules, 'deny'>, adapter: string): boolean {
  return deny.some((entry) => entry.startsWith(`${adapter}:`) && entry.includes(':', adapter.length + 1))
}

/** The higher of two. */
export function atLeast(role: Role | undefined, least: Role): Role {
  return role === undefined || roles.indexOf(role) < roles.indexOf(least) ? least : role
}

/**
 * May the bot be used here at all? Of a direct chat nobody knows the channel's id beforehand, and not every chat
 * belongs to a tenant: what has no such id is not asked for it, the lists of users rule there.
 */
export function isOpen(
  rules: AccessRules,
  adapter: Pick<Adapter, 'local'>,
  { address, direct, from }: Pick<Inbound, 'address' | 'direct'> & Partial<Pick<Inbound, 'from'>>,
): boolean {
  if (adapter.local === true) return true
  const { channels, tenants } = rules
  if (from?.tenant !== undefined && !isInvited(rules, address.adapter, from)) return false
  const channel = `${address.adapter}:${address.channel}`
  if (listed(channels.deny, channel) || (!direct && !listed(channels.allow, channel))) return false
  if (address.tenant === undefined) return true
  const tenant = `${address.adapter}:${address.tenant}`
  return !listed(tenants.deny, tenant) && listed(tenants.allow, tenant)
}

/** Somebody of another tenant: wildcards mean one's own people, and whoever shares a channel with them is none of these. */
function isInvited(
  { tenants, guests, allow, operators, admins, owners }: AccessRules,
  adapter: string,
  { id, tenant, groups = [] }: Person,
): boolean {
  const home = `${adapter}:${tenant}`
  if (listed(tenants.deny, home)) return false
  const names = [id, ...groups].map((each) => `${adapter}:${each}`)
  return (
    tenants.allow.includes(home) ||
    names.some((name) => [guests, allow, operators, admins, owners].some((list) => list.includes(name)))
  )
}

/** What somebody is asked. Ids are those of persons, not of accounts. */
interface AskedOf {
  readonly requester: string
  /** Accounts of the requester's when it was asked: unlinked since, they are no second person. */
  readonly accounts: readonly string[]
  /** Somebody else has to allow it. */
  readonly second: boolean
  /** Nothing is allowed by the answer: whoever may talk may give it in the own turns. */
  readonly trifle: boolean
}

/** May somebody decide what `requester` is asked? */
export function mayDecide(
  who: { readonly id: string; readonly role: Role | undefined },
  { requester, trifle }: Pick<AskedOf, 'requester' | 'trifle'>,
): boolean {
  if (who.id !== requester) return may(who.role, trifle ? 'stop-others' : 'decide-for-others')
  return may(who.role, trifle ? 'talk' : 'decide-own')
}

/** May `who` give this answer? Where a second person has to agree, whoever asked may still refuse. */
export function mayAnswer(
  who: Parameters<typeof mayDecide>[0] & { readonly ids: readonly string[] },
  asked: AskedOf,
  allows: boolean,
): boolean {
  const own = who.id === asked.requester || who.ids.some((id) => asked.accounts.includes(id))
  if (asked.second && allows && own) return false
  return mayDecide(who, asked)
}

function listed(entries: readonly string[], id: string): boolean {
  const adapter = id.slice(0, id.indexOf(':'))
  return entries.some((entry) => entry === '*' || entry === `${adapter}:*` || entry === id)
}
