import { expect, test } from 'vitest'
import { CatchUp, type CatchUpParts } from '../../../src/catch-up/catch-up.ts'
import { Heard } from '../../../src/catch-up/heard.ts'
import { configFrom } from '../../../src/config.ts'
import type { Adapter, Address, Inbound } from '../../../src/contract.ts'
import { Chat, silent } from '../reply/chat.ts'

const address: Address = { adapter: 'chat', channel: 'c' }

function message(id: string): Inbound {
  return { kind: 'message', id, at: Date.now(), from: { id: 'ann' }, address, direct: true, text: id }
}

async function open(history: NonNullable<Adapter['history']>, maxMessages = 200) {
  const routed: string[] = []
  const config = await configFrom({ catchUp: { maxMessages } })
  const adapter: Adapter = { ...new Chat([]).adapter, history }
  const heard = new Heard({ set: async () => {}, forget: async () => {}, async *all() {} }, silent)
  heard.note({ address, id: '0', at: 1 })
  const parts: CatchUpParts = {
    adapters: new Map([['chat', adapter]]),
    heard,
    route: async (_adapter, { id }) => {
      routed.push(id)
      return 'accepted'
    },
    config: () => config,
    people: {
      of: async () => ({
        id: 'ann',
        ids: ['ann'],
        groups: [],
        role: 'member',
        denied: false,
        language: 'en',
      }),
    },
    queue: { account: async () => undefined, settle: async () => 'accepted' },
    prompts: { live: async () => [] },
    offers: { make: async () => {} },
    called: () => undefined,
    log: silent,
  }
  return { catchUp: new CatchUp(parts), adapter, heard, routed }
}

test('a history without end is bounded', async () => {
  const done = Promise.withResolvers<void>()
  const { catchUp, adapter, routed } = await open(async function* endless() {
    try {
      for (let n = 1; ; n++) yield message(String(n))
    } finally {
      done.resolve()
    }
  }, 3)
  catchUp.missed(adapter)
  await done.promise
  await catchUp[Symbol.asyncDispose]()
  expect(routed).toEqual(['1', '2', '3'])
})

test('a history that never comes holds up no stop, and what it was asked for is asked for again', async () => {
  const asked = Promise.withResolvers<void>()
  const { catchUp, adapter, heard } = await open(async function* stuck() {
    asked.resolve()
    yield await new Promise<Inbound>(() => {})
  })
  catchUp.missed(adapter)
  await asked.promise
  heard.note({ address, id: 'live', at: Date.now() })
  await catchUp[Symbol.asyncDispose]()
  expect(heard.behind('chat', undefined, 10)).toMatchObject([{ id: '0' }])
})

test('what is told twice while it is fetched is fetched one after the other', async () => {
  const events: string[] = []
  const ended = Promise.withResolvers<void>()
  const { catchUp, adapter } = await open(async function* slow() {
    events.push('begin')
    yield message(String(events.length))
    events.push('end')
    if (events.length === 4) ended.resolve()
  })
  catchUp.missed(adapter)
  catchUp.missed(adapter)
  await ended.promise
  await catchUp[Symbol.asyncDispose]()
  expect(events).toEqual(['begin', 'end', 'begin', 'end'])
})
