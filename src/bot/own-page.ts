/** Everybody's own page: what of theirs runs, their sessions, what they used. */
import { isOpen, may } from '../access.ts'
import { usedLately } from '../commands/cost.ts'
import { type Listed, listSessions } from '../commands/session-list.ts'
import { turnState } from '../commands/turn-state.ts'
import type { Adapter, Address, Page, PagePart, Person } from '../contract.ts'
import { answeredAt, personId } from '../conversation/place.ts'
import type { KnownPerson } from '../people/people.ts'
import type { Envelope } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { wordsIn } from '../words/words.ts'
import type { House } from './house.ts'

const mostShown = 10
/** Of a message, where it stands for its turn. */
const longestTitle = 80

type Parts = Pick<House, 'held' | 'queue' | 'prompts' | 'store' | 'people' | 'places' | 'live'>

/** `address`: the direct chat with them. */
export async function ownPage(house: Parts, adapter: Adapter, from: Person, address: Address): Promise<Page> {
  const person = await house.people.of(address, from)
  const words = wordsIn(person.language)
  const open = isOpen(house.live.current.access, adapter, { address, direct: true })
  if (!open || !may(person.role, 'talk')) return [{ kind: 'line', text: words.page.stranger }]
  const { conversation } = house.places.of(person.id, { address, direct: true })
  const turns = await turnsOf(house, person)
  return [
    { kind: 'heading', text: words.page.running },
    ...(turns.length === 0 ? [line(words.page.nothing)] : turns.map((turn) => turnPart(house, turn, words))),
    ...sessionParts(await listSessions(house.store, conversation), address, words),
    ...(await usageParts(house, person, words)),
  ]
}

function line(text: string): PagePart {
  return { kind: 'line', text }
}

/** Those that were left while somebody is asked, too: no process holds them. */
async function turnsOf({ held, queue, prompts }: Parts, { ids }: KnownPerson): Promise<readonly Envelope[]> {
  const asked = await prompts.live(({ state, requester }) => state === 'open' && ids.includes(requester))
  const conversations = new Set([...held.keys(), ...asked.map(({ conversation }) => conversation)])
  const heads = await Promise.all(
    [...conversations].map(async (conversation) => (await queue.waiting(conversation))[0]),
  )
  return heads.flatMap((head) => {
    if (head === undefined || head.attempt === 0) return []
    const { address, from } = head.message
    return ids.includes(personId(address, from)) ? [head] : []
  })
}

function turnPart(
  { held, queue }: Parts,
  { conversation, message, acceptedAt }: Envelope,
  { page: texts }: Words,
): PagePart {
  const doing = held.get(conversation)?.doing
  const open = { queue, doing: () => doing, place: { conversation } }
  const title = message.text.replaceAll(/\s+/g, ' ').trim()
  return {
    kind: 'line',
    text: title.length > longestTitle ? `${title.slice(0, longestTitle).toWellFormed()} …` : title,
    detail: texts.turn(turnState(open, true), Date.now() - (doing?.since ?? acceptedAt)),
    button: { label: texts.stop, style: 'danger', says: '/stop', address: answeredAt(message).address },
  }
}

function sessionParts(all: readonly Listed[], address: Address, { page: texts }: Words): PagePart[] {
  const lately = all
    .filter(({ record }) => record.archivedAt === undefined)
    .toSorted((a, b) => b.record.lastAt - a.record.lastAt)
    .slice(0, mostShown)
  const parts = lately.map(({ number, record: { name = '', turns, lastAt }, active }): PagePart => {
    const told = texts.told(turns, lastAt)
    return {
      kind: 'line',
      text: texts.session(number, name),
      detail: active ? `${told} · ${texts.here}` : told,
      ...(active ? {} : { button: { label: texts.resume, says: `/resume ${number}`, address } }),
    }
  })
  const away = all.length - lately.length
  const below = lately.length === 0 ? texts.none : away > 0 ? texts.more(away) : ''
  const last: PagePart = {
    kind: 'line',
    text: below === '' ? texts.fresh : below,
    button: { label: texts.fresh, says: '/new', address },
  }
  return [{ kind: 'heading', text: texts.sessions }, ...parts, last]
}

async function usageParts(
  { store }: Parts,
  person: KnownPerson,
  { page: texts }: Words,
): Promise<readonly PagePart[]> {
  const { today, month } = await usedLately(store, person.id)
  const used = ({ turns, inputTokens, outputTokens, costUsd }: typeof today): string =>
    texts.used(turns, inputTokens, outputTokens, costUsd)
  return [
    { kind: 'heading', text: texts.usage },
    { kind: 'line', text: texts.today, detail: used(today) },
    { kind: 'line', text: texts.month, detail: used(month) },
  ]
}
