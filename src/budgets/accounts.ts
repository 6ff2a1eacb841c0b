/** Who pays for a turn: the person, everybody of the same role, the chat, the whole bot. Pure. */
import type { Role } from '../access.ts'
import type { Address } from '../contract.ts'
import type { Language } from '../words/languages.ts'

/** Who asked, and where. */
export interface Payer {
  /** `<adapter>:<user id>` */
  readonly person: string
  readonly role: Role
  readonly address: Address
  readonly language: Language
}

export interface Account {
  readonly kind: 'user' | 'role' | 'channel' | 'total'
  /** Unique among all accounts: a person's id has a colon, no other key has one. */
  readonly key: string
}

export function accountsOf({ person, role, address }: Omit<Payer, 'language'>): readonly Account[] {
  return [
    { kind: 'user', key: person },
    { kind: 'role', key: roleKey(role) },
    { kind: 'channel', key: channelKey(address) },
    { kind: 'total', key: totalKey },
  ]
}

/** How the payer stands in the books. */
export function chargeOf(payer: Payer): { person: string; accounts: string[] } {
  const [, ...others] = accountsOf(payer)
  return { person: payer.person, accounts: others.map(({ key }) => key) }
}

export const totalKey = 'total'

export function roleKey(role: Role): string {
  return `role/${role}`
}

export function channelKey({ adapter, tenant = '', channel }: Address): string {
  const parts = [adapter, tenant, channel].map((part) => encodeURIComponent(part.toWellFormed()))
  return `channel/${parts.join('/')}`
}
