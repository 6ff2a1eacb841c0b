/** Who may speak in a conversation that belongs elsewhere. Pure. */
import { may } from '../access.ts'
import type { KnownPerson } from './people.ts'

/** Their own, from wherever; and anybody's, for whoever may. */
export function mayJoin({ ids, role }: Pick<KnownPerson, 'ids' | 'role'>, conversation: string): boolean {
  return may(role, 'join-others') || ids.some((id) => conversation === `user/${encodeURIComponent(id)}`)
}
