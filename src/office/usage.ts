/** What was used: by day, person, model and adapter. */
import { may } from '../access.ts'
import { facetName, totalKey } from '../budgets/accounts.ts'
import { type UsageFigures, type UsageReport, OfficeError } from '../contract.ts'
import { facetOf, noUsage, sum } from '../store/usage.ts'
import type { Visitor } from './visitor.ts'

const mostDays = 366
const dayMs = 24 * 60 * 60 * 1000

const texts = {
  day: 'A day is written YYYY-MM-DD.',
  long: `At most ${mostDays} days can be looked at together, and the last comes after the first.`,
  others: 'Only an operator, an admin or an owner sees what others used.',
}

interface Span {
  readonly from: string
  readonly to: string
}

/** Throws {@link OfficeError} `forbidden`, `invalid`. */
export async function usageFor(visitor: Visitor, of: 'own' | 'all', span: Span): Promise<UsageReport> {
  const { house, person } = visitor
  const { usage } = house.store
  if (of === 'all' && !may(person.role, 'operate')) throw new OfficeError('forbidden', texts.others)
  const all = daysOf(span)
  const days = await usage.range(of === 'all' ? totalKey : person.id, span.from, span.to)
  const facets = new Set((await Promise.all(all.map((day) => usage.facets(day)))).flat())
  const byFacet = new Map<string, UsageFigures>()
  for (const facet of facets) {
    const account = of === 'all' ? facet : facetOf(person.id, facet)
    const total = totalOf(await usage.range(account, span.from, span.to))
    if (total.turns > 0) byFacet.set(facet, total)
  }
  const told = (kind: 'model' | 'adapter'): ({ name: string } & UsageFigures)[] =>
    [...byFacet].flatMap(([facet, figures]) => {
      const name = facetName(kind, facet)
      return name === undefined ? [] : [{ name, ...figures }]
    })
  const total = totalOf(days)
  return {
    ...span,
    total,
    days,
    users:
      of === 'all' ? await usersOf(visitor, all) : total.turns > 0 ? [{ user: person.id, ...total }] : [],
    models: told('model').map(({ name: model, ...figures }) => ({ model, ...figures })),
    adapters: told('adapter').map(({ name: adapter, ...figures }) => ({ adapter, ...figures })),
  }
}

async function usersOf({ house }: Visitor, days: readonly string[]): Promise<UsageReport['users']> {
  const found = new Map<string, UsageFigures>()
  for (const day of days)
    for (const { user, ...figures } of await house.store.usage.users(day))
      found.set(user, sum(found.get(user) ?? noUsage, figures))
  return [...found].map(([user, figures]) => ({ user, ...figures }))
}

function totalOf(days: readonly UsageFigures[]): UsageFigures {
  return days.reduce((total, figures) => sum(total, figures), noUsage)
}

function daysOf({ from, to }: Span): string[] {
  const [first, last] = [stamp('from', from), stamp('to', to)]
  const count = (last - first) / dayMs + 1
  if (count < 1 || count > mostDays) throw new OfficeError('invalid', texts.long, { field: 'from' })
  return Array.from({ length: count }, (_, n) => new Date(first + n * dayMs).toISOString().slice(0, 10))
}

function stamp(field: keyof Span, day: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN
  const isDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(day)
  if (!isDay) throw new OfficeError('invalid', texts.day, { field })
  return at
}
