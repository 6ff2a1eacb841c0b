/** Somebody who asks, and what of the sessions is theirs to see, stop and change. */
import { may } from '../access.ts'
import type { House } from '../bot/house.ts'
import { type Adapter, type Person, OfficeError } from '../contract.ts'
import type { KnownPerson } from '../people/people.ts'
import type { SessionRecord } from '../store/records.ts'
import { type Seat, addressOf, conversationOf, threadOf } from './ids.ts'

/** As they are known now. */
export interface Visitor {
  readonly house: House
  readonly person: KnownPerson
  readonly seat: Seat
}

const texts = {
  nobody: 'This account may not use the bot. Whoever runs it lets people in.',
  unknown: (id: string) => `There is no session \`${id}\`, or it is somebody else's.`,
  operate: 'Only an operator, an admin or an owner sees what belongs to others.',
}

/** Throws {@link OfficeError} `forbidden`. */
export async function visitorOf(house: House, adapter: Adapter, from: Person): Promise<Visitor> {
  const address = addressOf({ adapter: adapter.name, user: from.id }, '')
  const person = await house.people.of(address, from)
  if (!may(person.role, 'talk')) throw new OfficeError('forbidden', texts.nobody)
  const scope = adapter.programs === true ? 'thread' : house.live.current.sessions.scope
  return { house, person, seat: { adapter: adapter.name, user: from.id, person: person.id, scope } }
}

/** Also those of people who may be anywhere, one after the other: there are few who ask. */
export async function recordsOf(visitor: Visitor, of: 'own' | 'all'): Promise<SessionRecord[]> {
  const { house, person } = visitor
  if (of === 'all' && !may(person.role, 'operate')) throw new OfficeError('forbidden', texts.operate)
  const found: SessionRecord[] = []
  for await (const record of house.store.sessions.all())
    if (of === 'all' || isTheirs(visitor, record)) found.push(record)
  return found
}

/** `see` and `stop` what others have too, for whoever may; `change` only what is one's own. Throws {@link OfficeError} `unknown`. */
export async function recordOf(
  visitor: Visitor,
  id: string,
  to: 'see' | 'stop' | 'change',
): Promise<SessionRecord> {
  const { house, person, seat } = visitor
  // Nobody makes such a one, and half a character has no place in an address.
  if (!id.isWellFormed()) throw new OfficeError('unknown', texts.unknown(id.toWellFormed()))
  const record = await house.store.sessions.get(conversationOf(seat, id))
  const right = { see: 'operate', stop: 'stop-others', change: undefined } as const
  const others = right[to] !== undefined && may(person.role, right[to])
  if (record !== undefined && (others || isTheirs(visitor, record))) return record
  throw new OfficeError('unknown', texts.unknown(id))
}

function isTheirs({ seat, person }: Visitor, { conversation }: SessionRecord): boolean {
  if (threadOf(seat, conversation) !== undefined) return true
  return person.ids.some((id) => conversation === `user/${encodeURIComponent(id)}`)
}
