import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accountsOf } from '../../../src/budgets/accounts.ts'
import { periodOf } from '../../../src/budgets/periods.ts'
import { boundsOf, estimateOf, standingOf } from '../../../src/budgets/standing.ts'
import { usage } from '../store/values.ts'

const payer = {
  person: 'chat:u',
  role: 'member',
  address: { adapter: 'chat', channel: 'c' },
  language: 'en',
} as const
const accounts = accountsOf(payer)

test('a period holds its moment, and the next begins the day after it ends', () => {
  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.constantFrom('day', 'month'), (date, span) => {
      const day = date.toISOString().slice(0, 10)
      const { from, to, next, key } = periodOf(span, date.getTime())
      expect(from <= day && day <= to && to < next).toBe(true)
      expect(day.startsWith(key)).toBe(true)
      expect(Date.parse(next) - Date.parse(to)).toBe(86_400_000)
    }),
  )
})

test('no two payers share an account that they should not share, whatever they are called', () => {
  const odd = fc.constantFrom('a', 'a/b', 'b', '', 'total', 'a%2Fb', '\ud800')
  const address = fc.record({ adapter: fc.constantFrom('x', 'y'), tenant: odd, channel: odd })
  fc.assert(
    fc.property(address, address, (one, other) => {
      const key = (at: typeof one): string | undefined =>
        accountsOf({ person: 'x:u', role: 'member', address: at }).find(({ kind }) => kind === 'channel')?.key
      const same = JSON.stringify(one).toWellFormed() === JSON.stringify(other).toWellFormed()
      expect(key(one) === key(other)).toBe(same)
    }),
  )
})

test('only the budgets that are set bind, a role by its own', () => {
  const rules = {
    user: { day: { usd: 1 }, month: { tokens: 100 } },
    role: { member: { day: { usd: 5 } }, admin: { day: { usd: 50 } } },
    total: {},
  }
  const bounds = boundsOf(rules, payer, accounts)
  expect(bounds.map(({ account, span, amount }) => [account.key, span, amount])).toEqual([
    ['chat:u', 'day', { usd: 1 }],
    ['chat:u', 'month', { tokens: 100 }],
    ['role/member', 'day', { usd: 5 }],
  ])
})

test('the share is that of whatever comes to its end first, and a grant makes room', () => {
  const [account] = accounts
  if (account === undefined) throw new Error('no account')
  const period = periodOf('day', 0)
  const bound = { account, span: 'day', amount: { usd: 1, tokens: 1000 } } as const
  expect(standingOf(bound, period, [usage], undefined)).toMatchObject({
    used: { usd: 0.5, tokens: 100 },
    share: 0.5,
  })
  const grants = [{ usd: 1, tokens: 0, by: 'chat:admin', at: 1 }]
  const granted = standingOf(bound, period, [usage], { warned: true, grants })
  expect(granted).toMatchObject({ limit: { usd: 2, tokens: 1000 }, share: 0.25 })
})

test('a turn of which nothing is known costs what the others did on average', () => {
  expect(estimateOf([{ ...usage, turns: 4, costUsd: 2, inputTokens: 40 }])).toMatchObject({
    turns: 1,
    estimated: 1,
    costUsd: 0.5,
    inputTokens: 10,
  })
  expect(estimateOf([]).costUsd).toBeGreaterThan(0)
})
