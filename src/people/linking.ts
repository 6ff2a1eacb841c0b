/**
 * One person on several platforms. Each side types what the other side was shown: whoever finds or is sent one code
 * links nothing, neither by entering it (the second one is shown to them, and must be typed where the first came
 * from) nor by making somebody else enter it (who would have to pass the second one on as well).
 */
import { randomUUID } from 'node:crypto'
import type { Message } from '../contract.ts'
import { type Place, placeOf } from '../conversation/place.ts'
import type { Outgoing } from '../queue/port.ts'
import type { CodeRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import { wordsIn } from '../words/words.ts'
import { type Account, type Codes, accountOf, calledBy, shown } from './codes.ts'
import type { KnownPerson, People } from './people.ts'
import { notice } from '../queue/notice.ts'

/** Where somebody is linked, and who. */
export interface LinkParts {
  readonly codes: Codes
  readonly people: People
  readonly store: Pick<Store, 'sessions'>
  /** Of whoever asks. */
  readonly words: Words
}

/** `refused`: the words say why. `told`: what others are to hear. */
export type LinkStep =
  | { readonly state: 'done'; readonly words: string; readonly told: readonly Outgoing[] }
  | { readonly state: 'refused'; readonly words: string }

export async function makeLinkCode({ codes, words }: LinkParts, message: Message): Promise<string> {
  return words.people.linking.made(shown(await codes.make('link', accountOf(message))))
}

/** Takes the first code, or the second one where the first was made. */
export async function enterLinkCode(parts: LinkParts, message: Message, typed: string): Promise<LinkStep> {
  const { codes, people } = parts
  const { linking: texts } = parts.words.people
  const own = accountOf(message)
  const { ids } = await people.byId(own.id)
  const fits = ({ kind, holder, maker }: CodeRecord): boolean =>
    (kind === 'link' && holder.id !== own.id) || (kind === 'confirm' && maker?.id === own.id)
  const entered = await codes.enter(own.id, typed, fits)
  if (entered.state !== 'taken') return { state: 'refused', words: texts[entered.state] }
  const { kind, holder } = entered.record
  if (ids.includes(holder.id)) return { state: 'refused', words: texts.same }
  if (kind === 'confirm') return link(parts, own, holder)
  const second = await codes.make('confirm', own, holder)
  const { warned } = await textsFor(people, holder.id)
  const told = [noticeFor(holder.id, holder.address, warned(calledBy(own)))]
  return { state: 'done', words: texts.entered(calledBy(holder), shown(second)), told }
}

/** Parts an id from the others; all of them hear of it, `by` in the answer. */
export async function unlink(
  { people, store, words }: LinkParts,
  id: string,
  by: string,
): Promise<LinkStep & { readonly state: 'done' }> {
  const before = await people.byId(id)
  const ids = await people.part(id)
  await sessionsHome(store, people, before)
  // They were one person a moment ago, with one language.
  const { parted } = words.people.linking
  const told = ids.flatMap(({ id: one, direct }) =>
    direct === undefined || one === by ? [] : [noticeFor(one, direct, parted(id))],
  )
  return { state: 'done', words: parted(id), told }
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

async function link({ people, store, words }: LinkParts, own: Account, other: Account): Promise<LinkStep> {
  const [first, second] = await Promise.all([people.byId(own.id), people.byId(other.id)])
  const [mine, theirs] = await Promise.all([begunAt(store, first), begunAt(store, second)])
  // The home in which work was begun first goes on.
  const keepsOwn = (mine ?? Infinity) <= (theirs ?? Infinity)
  const [kept, joined] = keepsOwn ? [first, second] : [second, first]
  await people.join(kept.id, joined.id)
  await store.sessions.move(ownPlace(joined.id).conversation, ownPlace(kept.id).conversation, () => true)
  // Both had one: the older goes on.
  const twoSessions = mine !== undefined && theirs !== undefined
  const { linked, kept: more } = words.people.linking
  const theirTexts = await textsFor(people, other.id)
  const told = `${theirTexts.told(calledBy(own))}${twoSessions ? theirTexts.kept : ''}`
  return {
    state: 'done',
    words: `${linked(calledBy(other))}${twoSessions ? more : ''}`,
    told: [noticeFor(other.id, other.address, told)],
  }
}

/** In the language of whoever is told. */
async function textsFor(people: People, id: string): Promise<Words['people']['linking']> {
  return wordsIn((await people.byId(id)).language).people.linking
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

function noticeFor(person: string, address: Outgoing['address'], markdown: string): Outgoing {
  return notice(
    { key: `link/${person}/${randomUUID()}`, conversation: `notice/${person}`, address },
    markdown,
  )
}
