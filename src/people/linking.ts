/**
 * One person on several platforms. Each side types what the other side was shown: whoever finds or is sent one code
 * links nothing, neither by entering it (the second one is shown to them, and must be typed where the first came
 * from) nor by making somebody else enter it (who would have to pass the second one on as well).
 */
import { randomUUID } from 'node:crypto'
import type { Address, Message } from '../contract.ts'
import { type Place, placeOf } from '../conversation/place.ts'
import type { Outgoing } from '../queue/port.ts'
import type { CodeRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type Account, type Codes, accountOf, calledBy, shown } from './codes.ts'
import type { KnownPerson, People } from './people.ts'

const words = {
  made: (code: string) =>
    `Your code is **${code}**. Write \`/link ${code}\` to me from your other account, in a direct chat; it works for 10 min. Give it to nobody: it is for yourself.`,
  entered: (maker: string, code: string) =>
    `This code was made by ${maker}. **Is that you?** Then write \`/link ${code}\` there, within 10 min. If it is not, do nothing, and pass nothing on: whoever is linked with you has your rights, reads your conversations and works in your files.`,
  warned: (holder: string) =>
    `${holder} has entered your code. **Is that you?** Then write here what was shown there: \`/link …\`. If it is not, do nothing: the code is used up.`,
  linked: (other: string) =>
    `Linked with ${other}: you have one session, one workspace and the same rights on both sides. \`/unlink\` parts you again.`,
  told: (other: string) =>
    `${other} is linked with you now: one session, one workspace and the same rights on both sides. If that was not you, write \`/unlink\` at once.`,
  kept: 'Both sides had a session: the older one goes on, the other one is in `/sessions`, with its files.',
  same: 'These accounts are linked already.',
  unknown: 'There is no such code, or it has expired or been used. `/link` makes a new one.',
  exhausted: 'That were too many wrong codes: no more are taken from you for an hour.',
  parted: (id: string) => `\`${id}\` is on its own again, with the session and the files that it had before.`,
}

/** Where somebody is linked, and who. */
export interface LinkParts {
  readonly codes: Codes
  readonly people: People
  readonly store: Pick<Store, 'sessions'>
}

/** `refused`: the words say why. `told`: what others are to hear. */
export type LinkStep =
  | { readonly state: 'done'; readonly words: string; readonly told: readonly Outgoing[] }
  | { readonly state: 'refused'; readonly words: string }

export async function makeLinkCode(codes: Codes, message: Message): Promise<string> {
  return words.made(shown(await codes.make('link', accountOf(message))))
}

/** Takes the first code, or the second one where the first was made. */
export async function enterLinkCode(parts: LinkParts, message: Message, typed: string): Promise<LinkStep> {
  const { codes, people } = parts
  const own = accountOf(message)
  const { ids } = await people.byId(own.id)
  const fits = ({ kind, holder, maker }: CodeRecord): boolean =>
    (kind === 'link' && holder.id !== own.id) || (kind === 'confirm' && maker?.id === own.id)
  const entered = await codes.enter(own.id, typed, fits)
  if (entered.state !== 'taken') return { state: 'refused', words: words[entered.state] }
  const { kind, holder } = entered.record
  if (ids.includes(holder.id)) return { state: 'refused', words: words.same }
  if (kind === 'confirm') return link(parts, own, holder)
  const second = await codes.make('confirm', own, holder)
  const told = [notice(holder.id, holder.address, words.warned(calledBy(own)))]
  return { state: 'done', words: words.entered(calledBy(holder), shown(second)), told }
}

/** Parts an id from the others; all of them hear of it, `by` in the answer. */
export async function unlink(
  { people, store }: Pick<LinkParts, 'people' | 'store'>,
  id: string,
  by: string,
): Promise<LinkStep & { readonly state: 'done' }> {
  const before = await people.byId(id)
  const ids = await people.part(id)
  await sessionsHome(store, people, before)
  const told = ids.flatMap(({ id: one, direct }) =>
    direct === undefined || one === by ? [] : [notice(one, direct, words.parted(id))],
  )
  return { state: 'done', words: words.parted(id), told }
}

/** Sessions go with the home that they live in: nobody keeps one in what is somebody else's again. */
async function sessionsHome(
  store: LinkParts['store'],
  people: People,
  { id: first, ids }: KnownPerson,
): Promise<void> {
  for (const id of ids) {
    const { id: person } = await people.byId(id)
    const { home } = ownPlace(id)
    if (person === first) continue
    await store.sessions.move(
      ownPlace(first).conversation,
      ownPlace(person).conversation,
      (record) => record.home === home,
    )
  }
}

async function link({ people, store }: LinkParts, own: Account, other: Account): Promise<LinkStep> {
  const [first, second] = await Promise.all([people.byId(own.id), people.byId(other.id)])
  const [mine, theirs] = await Promise.all([begunAt(store, first), begunAt(store, second)])
  // The home in which work was begun first goes on.
  const keepsOwn = (mine ?? Infinity) <= (theirs ?? Infinity)
  const [kept, joined] = keepsOwn ? [first, second] : [second, first]
  await people.join(kept.id, joined.id)
  await store.sessions.move(ownPlace(joined.id).conversation, ownPlace(kept.id).conversation, () => true)
  const more = mine === undefined || theirs === undefined ? '' : ` ${words.kept}`
  const told = notice(other.id, other.address, `${words.told(calledBy(own))}${more}`)
  return { state: 'done', words: `${words.linked(calledBy(other))}${more}`, told: [told] }
}

/** When somebody's session was begun; undefined: there is none. */
async function begunAt(
  { sessions }: Pick<Store, 'sessions'>,
  { id }: KnownPerson,
): Promise<number | undefined> {
  return (await sessions.get(ownPlace(id).conversation))?.createdAt
}

/** A person's own conversation and home, wherever they write. */
function ownPlace(id: string): Place {
  return placeOf('user', id, { address: { adapter: '', channel: '' }, direct: true })
}

function notice(person: string, address: Address, markdown: string): Outgoing {
  const key = `link/${person}/${randomUUID()}`
  return {
    key,
    conversation: `notice/${person}`,
    address,
    reply: { kind: 'text', key, markdown, tone: 'notice' },
  }
}
