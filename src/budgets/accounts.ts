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

/** How the payer stands in the books. `model`: the one that was asked, where it is known by then. */
export function chargeOf(
  payer: Payer,
  model?: string,
): { person: string; accounts: string[]; facets: string[] } {
  const [, ...others] = accountsOf(payer)
  const facets = [facetKey('adapter', payer.address.adapter)]
  return {
    person: payer.person,
    accounts: others.map(({ key }) => key),
    facets: model === undefined ? facets : [...facets, facetKey('model', model)],
  }
}

/** What figures are told apart by besides who pays. */
type FacetKind = 'adapter' | 'model'

function facetKey(kind: FacetKind, name: string): string {
  return `${kind}/${encodeURIComponent(name.toWellFormed())}`
}

/** The account of all that a model was asked. */
export function modelKey(model: string): string {
  return facetKey('model', model)
}

/** Undefined: it is of another kind. */
export function facetName(kind: FacetKind, key: string): string | undefined {
  const beginning = `${kind}/`
  return key.startsWith(beginning) ? decodeURIComponent(key.slice(beginning.length)) : undefined
}

export const totalKey = 'total'

export function roleKey(role: Role): string {
  return `role/${role}`
}

export function channelKey({ adapter, tenant = '', channel }: Address): string {
  const parts = [adapter, tenant, channel].map((part) => encodeURIComponent(part.toWellFormed()))
  return `channel/${parts.join('/')}`
}
