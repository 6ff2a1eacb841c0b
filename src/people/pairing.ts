/** Strangers: what they hear, and how an admin lets them in. */
import type { Config } from '../config.ts'
import type { Message } from '../contract.ts'
import type { Role } from '../access.ts'
import type { Outgoing } from '../queue/port.ts'
import type { Words } from '../words/en.ts'
import { type Account, type Codes, accountOf, calledBy, shown } from './codes.ts'
import type { People } from './people.ts'
import { notice } from '../queue/notice.ts'

export type Paired =
  | { readonly ok: true; readonly words: string; readonly newcomer: Account }
  | { readonly ok: false; readonly words: string }

/** What a stranger is told who writes directly. */
export async function wordsForStranger(
  { pairing }: Config['access'],
  codes: Codes,
  message: Pick<Message, 'address' | 'from'>,
  { people: { pairing: texts } }: Words,
): Promise<string> {
  const account = accountOf(message)
  if (pairing === 'off') return texts.closed(account.id)
  const record = await codes.forNewcomer(account)
  return record === undefined ? texts.crowded : texts.code(shown(record))
}

/** `by`: who enters the code, so that guessing ends. */
export async function pair(
  { codes, people, words }: { readonly codes: Codes; readonly people: People; readonly words: Words },
  by: string,
  typed: string,
  role: Role,
): Promise<Paired> {
  const entered = await codes.enter(by, typed, ({ kind }) => kind === 'pair')
  if (entered.state !== 'taken') return { ok: false, words: words.people.pairing[entered.state] }
  const { holder } = entered.record
  if (await people.isDenied(holder.id))
    return { ok: false, words: words.people.pairing.denied(calledBy(holder)) }
  await people.grant(holder.id, role)
  return { ok: true, words: words.people.pairing.paired(calledBy(holder), role), newcomer: holder }
}

/** What the newcomer hears where the code was shown, in their language. */
export function welcome({ id, address }: Account, { people }: Words): Outgoing {
  const key = `welcome/${id}/${Date.now()}`
  return notice({ key, conversation: `notice/${id}`, address }, people.pairing.welcome)
}
