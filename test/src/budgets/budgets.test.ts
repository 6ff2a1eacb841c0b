import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type BudgetParts, Budgets } from '../../../src/budgets/budgets.ts'
import type { TokenUsage } from '../../../src/claude/turn.ts'
import { failedResult } from '../../../src/conversation/answer-text.ts'
import type { Message } from '../../../src/contract.ts'
import type { Envelope } from '../../../src/queue/port.ts'
import { type Store, openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'
import { usage } from '../store/values.ts'

const noon = Date.parse('2026-11-21T12:00:00Z')
const message: Message = {
  kind: 'message',
  id: 'm1',
  at: noon,
  from: { id: 'u' },
  address: { adapter: 'chat', channel: 'c' },
  direct: true,
  text: 'hello',
}

function envelope(id: string, attempt = 1): Envelope {
  return { id, conversation: 'user/chat%3Au', message, acceptedAt: noon, attempt, died: attempt - 1 }
}

async function open(file: string): Promise<Store> {
  const store = await openStore({ file })
  onTestFinished(() => store.close())
  return store
}

function budgets(store: Store, more: Partial<BudgetParts> = {}): Budgets {
  return new Budgets({
    store,
    queue: { post: async () => 0 },
    audit: { append: async () => undefined },
    appeal: async () => 'nobody',
    overtake: async () => undefined,
    rules: () => ({ role: {} }),
    limits: () => ({}),
    payerOf: async ({ address, from }) => ({
      person: `chat:${from.id}`,
      role: 'member',
      address,
      language: 'en',
    }),
    now: () => noon,
    ...more,
  })
}

/** Why it may not begin; undefined: it may, and the books know of it. */
async function refusal(books: Budgets, id: string, attempt?: number): Promise<string | undefined> {
  const admitted = await books.admit(envelope(id, attempt))
  if ('refusal' in admitted) return admitted.refusal
  await admitted.begun
  return undefined
}

test('a turn that the process before left unbooked is booked at the average, once, to all who pay', async () => {
  const file = join(await testDir(), 'store.db')
  const first = await open(file)
  await first.usage.book({ person: 'chat:u', accounts: ['total'] }, noon, usage)
  expect(await refusal(budgets(first), 'chat:m1')).toBeUndefined()
  await first.close()

  const store = await open(file)
  await budgets(store).settleDead()
  await budgets(store).settleDead()
  const expected = { turns: 2, estimated: 1, failed: 1, costUsd: 1 }
  expect(await store.usage.day('chat:u', '2026-11-21')).toMatchObject(expected)
  expect(await store.usage.day('total', '2026-11-21')).toMatchObject(expected)
  expect(await store.usage.day('channel/chat//c', '2026-11-21')).toMatchObject({ turns: 1, estimated: 1 })
})

test('a message that is handed out again pays for the attempt that died, and counts once as a beginning', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  const limited = budgets(store, { limits: () => ({ perMinute: 1 }) })
  expect(await refusal(limited, 'chat:m1')).toBeUndefined()
  expect(await refusal(limited, 'chat:m1', 2)).toBeUndefined()
  expect(await refusal(limited, 'chat:m2')).toMatch(/1 turn a minute.*in 60 s/)
  expect(await store.usage.day('chat:u', '2026-11-21')).toMatchObject({ turns: 1, estimated: 1 })
})

test('turns that begin in the same moment are counted one after the other', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  const limited = budgets(store, { limits: () => ({ perMinute: 2 }) })
  const refusals = await Promise.all(
    ['chat:m1', 'chat:m2', 'chat:m3', 'chat:m4'].map((id) => refusal(limited, id)),
  )
  expect(refusals).toEqual([
    undefined,
    undefined,
    expect.stringMatching(/2 turns a minute/),
    expect.stringMatching(/2 turns a minute/),
  ])
})

test('a turn that never reached Claude costs nothing', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  await budgets(store).book(message, failedResult('interrupted', 'Stopped before it began.'))
  expect(await store.usage.day('chat:u', '2026-11-21')).toMatchObject({ failed: 1, estimated: 0, costUsd: 0 })
})

test('at the stroke of midnight (UTC) the day starts anew, the month goes on', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  let now = Date.parse('2026-11-21T23:59:59Z')
  await store.usage.book({ person: 'chat:u', accounts: [] }, now, usage)
  const rules = { role: {}, user: { day: { usd: 0.5 }, month: { usd: 0.9 } } }
  const strict = budgets(store, { rules: () => rules, now: () => now })
  expect(await refusal(strict, 'chat:m1')).toMatch(/for today is used up.*Nov 22, 2026/)
  now += 1000
  expect(await refusal(strict, 'chat:m1')).toBeUndefined()
  await store.usage.book({ person: 'chat:u', accounts: [] }, now, usage)
  expect(await refusal(strict, 'chat:m2')).toMatch(/for today/)
  now += 86_400_000
  expect(await refusal(strict, 'chat:m2')).toMatch(/this month is used up.*Dec 1, 2026/)
})

test('who was granted more is warned again at the new bound, and told when it is used up', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  const told = new Map<string, string>()
  const rules = { role: {}, user: { day: { usd: 10 } } }
  const strict = budgets(store, {
    rules: () => rules,
    queue: {
      post: async (replies) => {
        for (const { key, reply } of replies) if (reply.kind === 'text') told.set(key, reply.markdown)
        return replies.length
      },
    },
  })
  const spend = (costUsd: number): Promise<void> =>
    strict.book(message, { ...failedResult('interrupted', ''), costUsd })
  await spend(8.5)
  await spend(0.1)
  expect([...told.values()]).toEqual([expect.stringMatching(/comes to its end: \$8\.50 of \$10\.00, 85%/)])
  await strict.grant({ account: 'chat:u', span: 'day', usd: 10, tokens: 0, by: 'chat:root' })
  await spend(1)
  expect(told.size).toBe(1)
  await spend(12)
  expect([...told.values()].at(-1)).toMatch(/is used up now: \$21\.60 of \$20\.00, 108%.*not sent to Claude/)
  expect(told.size).toBe(2)
})

const spent = (input: number, output = 0): TokenUsage => ({ input, output, cacheRead: 0, cacheWrite: 0 })

test('what only the API told of is booked by its tokens, at what the same model cost before', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  const books = budgets(store)
  const day = (account = 'chat:u'): ReturnType<Store['usage']['day']> =>
    store.usage.day(account, '2026-11-21')
  const died = { ...failedResult('died', ''), sessionId: 's', model: 'opus' }
  await books.book(message, { ...died, untold: spent(1_000_000) })
  expect(await day()).toMatchObject({ turns: 1, failed: 1, estimated: 1, inputTokens: 1_000_000, costUsd: 5 })
  const { fault: _fault, ...whole } = died
  await books.book(message, { ...whole, model: 'haiku', costUsd: 1, usage: spent(500_000, 100_000) })
  // A dollar for the worth of a million tokens of input.
  await books.book(message, { ...died, model: 'haiku', untold: spent(250_000, 50_000) })
  expect(await day('model/haiku')).toMatchObject({
    turns: 2,
    estimated: 0,
    costUsd: 1.5,
    outputTokens: 150_000,
  })
  await books.bookUnclaimed(message, spent(7))
  expect(await day()).toMatchObject({ turns: 3, inputTokens: 1_750_007 })
})

test('what is spent and not booked counts, of all who share a budget, until it is', async () => {
  const store = await open(join(await testDir(), 'store.db'))
  const books = budgets(store, { rules: () => ({ role: {}, total: { day: { tokens: 1000 } } }) })
  const bobs: Message = { ...message, from: { id: 'v' } }
  const of = { ann: spent(0), bob: spent(0) }
  const [ann, bob] = [(): TokenUsage => of.ann, (): TokenUsage => of.bob]
  expect(await books.refusal(message, ann)).toBeUndefined()
  of.ann = spent(600)
  expect(await books.refusal(bobs, bob)).toBeUndefined()
  of.bob = spent(300, 100)
  expect(await books.refusal(message, ann)).toMatch(/1,000 of 1,000 tokens\. Claude stopped here/)
  // Bob's process has ended, and what it spent went into no book.
  of.bob = spent(0)
  expect(await books.refusal(message, ann)).toBeUndefined()
  await books.bookUnclaimed(message, of.ann)
  of.ann = spent(300)
  expect(await books.refusal(message, ann)).toBeUndefined()
  of.ann = spent(400)
  expect(await books.refusal(bobs, bob)).toMatch(/budget of the whole bot for today is used up/)
})
