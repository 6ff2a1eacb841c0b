/** A message was refused because a budget is used up: admins are asked for more, by buttons where there are some. */
import { z } from 'zod'
import { type Right, may, roles } from '../access.ts'
import type { Audit } from '../audit/audit.ts'
import type { Address, Message } from '../contract.ts'
import { chatOf } from '../conversation/again.ts'
import type { People } from '../people/people.ts'
import type { OfferKind, Offers } from '../prompts/offers.ts'
import type { PromptRecord } from '../store/prompt-record.ts'
import type { Store } from '../store/store.ts'
import type { Payer } from './accounts.ts'
import type { Budgets, Grant } from './budgets.ts'
import { type RefusedParts, tellRefused, told } from './refused.ts'
import { roomIn } from './room.ts'
import type { Appealed, Standing } from './standing.ts'
import type { Words } from '../words/en.ts'
import { languages } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import { grantLine } from './words.ts'

const kind = 'grant'
const right: Right = 'grant-money'

/** How much of what is configured each choice gives beyond what is used. */
const shares = { half: 0.5, whole: 1 }
type Share = keyof typeof shares

/** So many refused messages are kept for running them afterwards. */
const mostRefused = 20

const Address = z.custom<Address>((value) => z.looseObject({ channel: z.string() }).safeParse(value).success)
const Room = z.object({ usd: z.number(), tokens: z.number() })
const About = z.object({
  payer: z.object({
    person: z.string(),
    role: z.enum(roles),
    address: Address,
    language: z.enum(languages).default('en'),
  }),
  accounts: z.array(
    z.object({ key: z.string(), period: z.string(), gives: z.object({ half: Room, whole: Room }) }),
  ),
  refused: z.array(
    z.custom<Message>((value) => z.looseObject({ kind: z.literal('message') }).safeParse(value).success),
  ),
})
type About = z.infer<typeof About>

export interface AppealParts extends RefusedParts {
  readonly offers: Pick<Offers, 'make' | 'overtake'>
  readonly people: Pick<People, 'byId' | 'confidants'>
  readonly audit: Pick<Audit, 'append'>
  readonly marks: Store['marks']
  readonly budgets: () => Pick<Budgets, 'standings' | 'grant'>
}

/** Tells the admins; `declined`: they said no to it in this period. */
export async function appeal(
  parts: AppealParts,
  message: Message,
  payer: Payer,
  over: readonly Standing[],
): Promise<Appealed> {
  const accounts = over.map((standing) => ({
    key: standing.account.key,
    period: standing.period.key,
    gives: { half: roomIn(standing, shares.half), whole: roomIn(standing, shares.whole) },
  }))
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
    about: (before) => aboutOne({ payer, accounts, refused: [] }, before, message),
    requester: person,
    shown: ({ budgets: texts }) => ({
      title: texts.appeal(person),
      markdown: texts.refused(person, over),
      choices: choicesOf(texts, over),
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
      return told(key, direct, `${refused(person, over)}\n\n${byCommand(lines)}`)
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
  const share = shareOf(chosen)
  if (share === undefined) {
    const { payer, accounts } = about
    await parts.audit.append({ event: 'declined', by, requester: payer.person, accounts, prompt: chosen.id })
    await parts.marks.set(groupOf(about), Date.now())
  }
  const granted = share === undefined ? [] : await grant(parts, chosen.id, about, share, by)
  await tellRefused(parts, chosen.id, about.refused, {
    why: (texts) => (share === undefined ? texts.declined(by) : texts.granted(by, granted)),
    room: share !== undefined,
  })
}

/** Somebody made room by a command: where that is enough nobody need choose any more, and whoever was refused hears of it. */
export async function overtakeAppeals(parts: AppealParts, given: Grant): Promise<void> {
  const how = ({ budgets: texts }: Words): { label: string; by: string } => ({
    label: texts.byGrant,
    by: given.by,
  })
  await parts.offers.overtake(kind, how, async (offer) => {
    const { payer, accounts, refused } = About.parse(offer.decides.input)
    const wanted = await standingsOf(parts, payer, accounts)
    const standing = wanted.find(
      ({ account, period }) => account.key === given.account && period.span === given.span,
    )
    if (standing === undefined || wanted.some(({ share }) => share >= 1)) return false
    const why = (texts: Words['budgets']): string => texts.granted(given.by, [{ standing, given }])
    await tellRefused(parts, offer.id, refused, { why, room: true })
    return true
  })
}

/** What its button said; a budget that began anew meanwhile needs nothing. */
async function grant(
  parts: AppealParts,
  prompt: string,
  { payer, accounts }: About,
  share: Share,
  by: string,
): Promise<readonly { readonly standing: Standing; readonly given: Grant }[]> {
  const all = (await standingsOf(parts, payer, accounts)).flatMap((standing) => {
    const { account, period } = standing
    const room = accounts.find(({ key, period: then }) => key === account.key && then === period.key)?.gives[
      share
    ]
    if (room === undefined) return []
    const id = `${prompt}/${account.key}/${period.key}`
    return [{ standing, given: { ...room, account: account.key, span: period.span, by, id } }]
  })
  for (const { given } of all) await parts.budgets().grant(given)
  return all
}

/** How these budgets stand, as far as their time is not over. */
async function standingsOf(
  { budgets }: AppealParts,
  payer: Payer,
  accounts: About['accounts'],
): Promise<readonly Standing[]> {
  const standings = await budgets().standings(payer)
  return standings.filter(({ account, period }) =>
    accounts.some(({ key, period: then }) => key === account.key && then === period.key),
  )
}

/** In a shared chat admins may be about; in a direct one only whoever wrote. */
async function mayBePressedHere(
  { people }: AppealParts,
  { direct }: Message,
  { person }: Payer,
): Promise<boolean> {
  return !direct || may((await people.byId(person)).role, right)
}

function shareOf({ decision }: PromptRecord): Share | undefined {
  const [choice] = decision?.choices ?? []
  return choice === 'half' || choice === 'whole' ? choice : undefined
}

function choicesOf(texts: Words['budgets'], over: readonly Standing[]): PromptRecord['reply']['choices'] {
  const label = (share: Share): string =>
    texts.gives(over.map((standing) => ({ standing, given: roomIn(standing, shares[share]) })))
  return [
    { id: 'half', label: label('half'), style: 'primary' },
    { id: 'whole', label: label('whole') },
    { id: 'no', label: texts.decline, style: 'danger' },
  ]
}

/** What an open one says it gives stays so. */
function aboutOne(fresh: About, before: unknown, message: Message): About {
  const known = About.safeParse(before).data ?? fresh
  // A message that is handed out again after a crash is refused again.
  const again = known.refused.some(
    ({ id, address }) => id === message.id && address.adapter === message.address.adapter,
  )
  return again ? known : { ...known, refused: [...known.refused, message].slice(-mostRefused) }
}

function groupOf({ accounts }: { readonly accounts: readonly { key: string; period: string }[] }): string {
  return `appeal/${accounts
    .map(({ key, period }) => `${key}@${period}`)
    .toSorted()
    .join('+')}`
}

function limitsOf(over: readonly Standing[]): string {
  return over.map(({ limit }) => `${limit.usd ?? ''},${limit.tokens ?? ''}`).join('+')
}
