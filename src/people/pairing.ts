/** Strangers: what they hear, and how an admin lets them in. */
import type { Config } from '../config.ts'
import type { Message } from '../contract.ts'
import type { Role } from '../access.ts'
import type { Outgoing } from '../queue/port.ts'
import { type Account, type Codes, accountOf, calledBy, shown } from './codes.ts'
import type { People } from './people.ts'

const words = {
  closed: (id: string) =>
    `I may not talk with you yet. Ask whoever runs me to add \`${id}\` to \`access.allow\`.`,
  code: (code: string) =>
    `We have not met. Your code is **${code}**. Give it to an admin of mine, who enters \`/pair ${code}\`; it works for an hour.`,
  crowded: 'We have not met, and too many others are waiting to be let in. Write again in an hour.',
  welcome: 'You have been let in: write me what Claude should do. `/help` shows what I know.',
  unknown:
    'There is no such code, or it has expired or been used. Newcomers see theirs when they write to me.',
  exhausted: 'That were too many wrong codes: no more are taken from you for an hour.',
  paired: (who: string, role: Role) => `${who} may talk with me now, as ${role}. \`/unpair\` takes it back.`,
}

export type Paired =
  | { readonly ok: true; readonly words: string; readonly newcomer: Account }
  | { readonly ok: false; readonly words: string }

/** What a stranger is told who writes directly. */
export async function wordsForStranger(
  { pairing }: Config['access'],
  codes: Codes,
  message: Pick<Message, 'address' | 'from'>,
): Promise<string> {
  const account = accountOf(message)
  if (pairing === 'off') return words.closed(account.id)
  const record = await codes.forNewcomer(account)
  return record === undefined ? words.crowded : words.code(shown(record))
}

/** `by`: who enters the code, so that guessing ends. */
export async function pair(
  { codes, people }: { readonly codes: Codes; readonly people: People },
  by: string,
  typed: string,
  role: Role,
): Promise<Paired> {
  const entered = await codes.enter(by, typed, ({ kind }) => kind === 'pair')
  if (entered.state !== 'taken') return { ok: false, words: words[entered.state] }
  const { holder } = entered.record
  await people.grant(holder.id, role)
  return { ok: true, words: words.paired(calledBy(holder), role), newcomer: holder }
}

/** What the newcomer hears where the code was shown. */
export function welcome({ id, address }: Account): Outgoing {
  const key = `welcome/${id}/${Date.now()}`
  return {
    key,
    conversation: `notice/${id}`,
    address,
    reply: { kind: 'text', key, markdown: words.welcome, tone: 'notice' },
  }
}
