/** The sessions of a conversation, as people number and name them. */
import type { SessionRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { CommandError } from './command.ts'

export interface Listed {
  /** Stays the same while the session is there: the order is that in which they were made. */
  readonly number: number
  readonly record: SessionRecord
  readonly active: boolean
}

/** The records, and the language to refuse in. */
interface ListParts {
  readonly store: Pick<Store, 'sessions'>
  readonly words: Words
}

export async function listSessions(store: Pick<Store, 'sessions'>, conversation: string): Promise<Listed[]> {
  const active = await store.sessions.get(conversation)
  const others = await store.sessions.others(conversation)
  const resting = others.filter(({ sessionId }) => sessionId !== active?.sessionId)
  return [...resting, ...(active === undefined ? [] : [active])]
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.sessionId < b.sessionId ? -1 : 1))
    .map((record, index) => ({ number: index + 1, record, active: record === active }))
}

/** By number, name, or the beginning of one name alone. Throws {@link CommandError}. */
export async function findSession(
  { store, words: { sessions: texts } }: ListParts,
  conversation: string,
  wanted: string,
): Promise<Listed> {
  const all = await listSessions(store, conversation)
  const named = (fits: (name: string) => boolean): Listed[] =>
    all.filter(({ record }) => record.name !== undefined && fits(record.name.toLowerCase()))
  const word = wanted.toLowerCase()
  const exact = all.find(({ number }) => String(number) === word) ?? named((name) => name === word)[0]
  if (exact !== undefined) return exact
  const close = word === '' ? [] : named((name) => name.startsWith(word))
  const [only, ...more] = close
  if (only === undefined) throw new CommandError(texts.none(quoted(wanted)))
  if (more.length > 0) throw new CommandError(texts.several(close.map(({ record }) => record.name ?? '')))
  return only
}

/** May a session be called so? Digits alone would look like its number. */
export function isName(wanted: string): boolean {
  return /^[\p{L}\p{N} _.-]{1,40}$/u.test(wanted) && !/^\d+$/.test(wanted)
}

/** The name that is asked for, if it may be given; undefined: none is. Throws {@link CommandError}. */
export async function freeName(
  { store, words: { sessions: texts } }: ListParts,
  conversation: string,
  asked: string,
): Promise<string | undefined> {
  const wanted = asked.replaceAll(/\s+/g, ' ')
  if (wanted === '') return undefined
  if (/^\d+$/.test(wanted)) throw new CommandError(texts.digits)
  if (!isName(wanted)) throw new CommandError(texts.form)
  const all = await listSessions(store, conversation)
  const taken = all.some(({ record }) => record.name?.toLowerCase() === wanted.toLowerCase())
  if (taken) throw new CommandError(texts.taken(wanted))
  return wanted
}
