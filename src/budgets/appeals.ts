/** A message was refused because a budget is used up: admins are asked for more, by buttons where there are some. */
import { z } from 'zod'
import { type Right, may, roles } from '../access.ts'
import type { Audit } from '../audit/audit.ts'
import type { Address, Message } from '../contract.ts'
import { chatOf, offerAgain } from '../conversation/again.ts'
import { personId } from '../conversation/place.ts'
import type { People } from '../people/people.ts'
import type { OfferKind, Offers } from '../prompts/offers.ts'
import type { Outgoing, Queue } from '../queue/port.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Store } from '../store/store.ts'
import type { Payer } from './accounts.ts'
import type { Budgets, Grant } from './budgets.ts'
import type { Appealed, Standing } from './standing.ts'
import type { Words } from '../words/en.ts'
import { languages } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import { grantLine } from './words.ts'

const kind = 'grant'
const right: Right = 'grant-money'

/** How much of what is configured each choice gives beyond what is used. */
const shares: Readonly<Record<string, number>> = { half: 0.5, whole: 1 }

/** So many refused messages are kept for running them afterwards. */
const mostRefused = 20

const Address = z.custom<Address>((value) => z.looseObject({ channel: z.string() }).safeParse(value).success)
const About = z.object({
  payer: z.object({
    person: z.string(),
    role: z.enum(roles),
    address: Address,
    language: z.enum(languages).default('en'),
  }),
  accounts: z.array(z.object({ key: z.string(), period: z.string() })),
  refused: z.array(
    z.custom<Message>((value) => z.looseObject({ kind: z.literal('message') }).safeParse(value).success),
  ),
})
type About = z.infer<typeof About>

export interface AppealParts {
  readonly offers: Pick<Offers, 'make'>
  readonly people: Pick<People, 'byId' | 'confidants'>
  readonly queue: Pick<Queue, 'post'>
  readonly audit: Pick<Audit, 'append'>
  readonly marks: Store['marks']
  readonly budgets: () => Pick<Budgets, 'standings' | 'grant'>
  /** Can buttons be pressed in this adapter's chats, also after a restart? */
  readonly hasButtons: (adapter: string) => boolean
}

/** Tells the admins; `declined`: they said no to it in this period. */
export async function appeal(
  parts: AppealParts,
  message: Message,
  payer: Payer,
  over: readonly Standing[],
): Promise<Appealed> {
  const accounts = over.map(({ account, period }) => ({ key: account.key, period: period.key }))
  const group = groupOf({ accounts })
  if ((await parts.marks.get(group)) !== undefined) return 'declined'
  const { person } = payer
  const admins = await parts.people.confidants(right)
  const here = (await mayBePressedHere(parts, message, payer))
    ? [{ direct: message.address, language: payer.language }]
    : []
  const there = admins.filter(({ direct }) => !here.some((each) => chatOf(each.direct) === chatOf(direct)))
  const chats = [...here, ...there].filter(({ direct }) => parts.hasButtons(direct.adapter))
  await parts.offers.make({
    kind,
    group,
    about: (before) => ({ payer, accounts, refused: withOne(before, message) }),
    requester: person,
    shown: ({ budgets: texts }) => ({
      title: texts.appeal(person),
      markdown: texts.refused(person, over),
      choices: choicesOf(texts),
    }),
    chats: chats.map(({ direct, language }) => ({
      conversation: `notice/${chatOf(direct)}`,
      address: direct,
      language,
    })),
    until: Math.min(...over.map(({ period }) => Date.parse(`${period.next}T00:00:00Z`))),
  })
  const typing = there.filter(({ direct }) => !parts.hasButtons(direct.adapter))
  const lines = over.map((standing) => grantLine(standing, payer))
  await parts.queue.post(
    typing.map(({ id, direct, language }) => {
      const { refused, byCommand } = wordsIn(language).budgets
      // Once for each time that it is used up: a key that was posted is passed over.
      const key = `${group}/${limitsOf(over)}/${id}`
      return notice(key, direct, `${refused(person, over)}\n\n${byCommand(lines)}`)
    }),
  )
  return chats.length + typing.length > 0 ? 'asked' : 'nobody'
}

export function grantKind(parts: AppealParts): readonly [typeof kind, OfferKind] {
  return [
    kind,
    {
      refusal: async ({ role, language }) =>
        may(role, right) ? undefined : wordsIn(language).commands.grant.onlyAdmins,
      carryOut: (chosen, by) => carryOut(parts, chosen, by),
    },
  ]
}

async function carryOut(parts: AppealParts, chosen: PromptRecord, by: string): Promise<void> {
  const about = About.parse(chosen.decides.input)
  const share = shares[chosen.decision?.choices[0] ?? '']
  if (share === undefined) {
    const { payer, accounts } = about
    await parts.audit.append({ event: 'declined', by, requester: payer.person, accounts, prompt: chosen.id })
    await parts.marks.set(groupOf(about), Date.now())
  }
  const granted = share === undefined ? [] : await grant(parts, chosen.id, about, share, by)
  for (const [first, ...rest] of byChat(about.refused)) {
    const { language } = await parts.people.byId(personId(first.address, first.from))
    const { budgets: texts } = wordsIn(language)
    const why = share === undefined ? texts.declined(by) : texts.granted(by, granted)
    if (share !== undefined && parts.hasButtons(first.address.adapter)) {
      await offerAgain(parts.offers, chosen.id, { why, language }, [first, ...rest])
    } else {
      const hint = share === undefined ? why : `${why} ${texts.sendAgain}`
      await parts.queue.post([
        notice(`${chosen.id}/told/${chatOf(first.address)}/${first.from.id}`, first.address, hint),
      ])
    }
  }
}

/** Room beyond what is used by now; a budget that began anew meanwhile needs none. */
async function grant(
  { budgets }: AppealParts,
  prompt: string,
  { payer, accounts }: About,
  share: number,
  by: string,
): Promise<readonly { readonly standing: Standing; readonly given: Grant }[]> {
  const standings = await budgets().standings(payer)
  const wanted = standings.filter(({ account, period }) =>
    accounts.some(({ key, period: then }) => key === account.key && then === period.key),
  )
  const all = wanted.map((standing) => {
    const { account, period } = standing
    const id = `${prompt}/${account.key}/${period.key}`
    return {
      standing,
      given: { ...roomIn(standing, share), account: account.key, span: period.span, by, id },
    }
  })
  for (const { given } of all) await budgets().grant(given)
  return all
}

function roomIn({ used, limit, configured }: Standing, share: number): { usd: number; tokens: number } {
  const room = (kind: 'usd' | 'tokens'): number => {
    const [own, most] = [configured[kind], limit[kind]]
    return own === undefined || most === undefined ? 0 : Math.max(0, used[kind] - most) + own * share
  }
  return { usd: Math.ceil(room('usd') * 10_000) / 10_000, tokens: Math.ceil(room('tokens')) }
}

/** In a shared chat admins may be about; in a direct one only whoever wrote. */
async function mayBePressedHere(
  { people }: AppealParts,
  { direct }: Message,
  { person }: Payer,
): Promise<boolean> {
  return !direct || may((await people.byId(person)).role, right)
}

function choicesOf(texts: Words['budgets']): PromptRecord['reply']['choices'] {
  return [
    { id: 'half', label: texts.half, style: 'primary' },
    { id: 'whole', label: texts.whole },
    { id: 'no', label: texts.decline, style: 'danger' },
  ]
}

function withOne(before: unknown, message: Message): Message[] {
  const known = About.safeParse(before).data?.refused ?? []
  // A message that is handed out again after a crash is refused again.
  if (known.some(({ id, address }) => id === message.id && address.adapter === message.address.adapter))
    return known
  return [...known, message].slice(-mostRefused)
}

/** Messages of one person in one chat belong together. */
function byChat(messages: readonly Message[]): readonly (readonly [Message, ...Message[]])[] {
  const groups = Map.groupBy(messages, ({ address, from }) => `${personId(address, from)} ${chatOf(address)}`)
  return [...groups.values()].flatMap(([first, ...rest]) => (first === undefined ? [] : [[first, ...rest]]))
}

function groupOf({ accounts }: Pick<About, 'accounts'>): string {
  return `appeal/${accounts
    .map(({ key, period }) => `${key}@${period}`)
    .toSorted()
    .join('+')}`
}

function limitsOf(over: readonly Standing[]): string {
  return over.map(({ limit }) => `${limit.usd ?? ''},${limit.tokens ?? ''}`).join('+')
}

function notice(key: string, address: Address, markdown: string): Outgoing {
  return {
    key,
    conversation: `notice/${chatOf(address)}`,
    address,
    reply: { kind: 'text', key, markdown, tone: 'notice' },
  }
}
