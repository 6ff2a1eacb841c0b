import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Heard } from '../../../src/catch-up/heard.ts'
import type { Address } from '../../../src/contract.ts'
import type { HeardShelf } from '../../../src/store/heard.ts'
import type { HeardRecord } from '../../../src/store/records.ts'
import { silent } from '../reply/chat.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }))
afterEach(() => void vi.useRealTimers())

const town: Address = { adapter: 'chat', channel: 'town' }
const lane: Address = { ...town, thread: 'lane' }

function open(): { heard: Heard; writes: HeardRecord[][]; shelf: HeardShelf } {
  const writes: HeardRecord[][] = []
  const records = new Map<string, HeardRecord>()
  const shelf: HeardShelf = {
    async set(news) {
      writes.push([...news])
      for (const record of news) records.set(JSON.stringify(record.address), record)
    },
    async forget(past) {
      for (const { address } of past) records.delete(JSON.stringify(address))
    },
    async *all() {
      yield* records.values()
    },
  }
  return { heard: new Heard(shelf, silent), writes, shelf }
}

const at = (offset: number): number => Date.now() + offset

test('the first message of a chat is marked at once, later ones together; an older one moves nothing back', async () => {
  const { heard, writes } = open()
  heard.note({ address: town, id: '1', at: at(0) })
  await vi.advanceTimersByTimeAsync(0)
  expect(writes).toHaveLength(1)
  for (let n = 2; n < 50; n++) heard.note({ address: town, id: String(n), at: at(n) })
  heard.note({ address: town, id: 'late', at: at(-5) })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(writes).toHaveLength(2)
  expect(writes[1]).toMatchObject([{ address: town, id: '49' }])
  await heard.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('while an adapter is behind its marks stay; afterwards they are where the newest message was', async () => {
  const { heard, shelf } = open()
  heard.note({ address: town, id: '1', at: at(0) })
  expect(heard.behind('chat', undefined, 10)).toMatchObject([{ address: town, id: '1' }])
  heard.note({ address: town, id: '3', at: at(3) })
  heard.note({ address: { ...town, adapter: 'other' }, id: 'x', at: at(3) })
  expect(heard.behind('chat', undefined, 10)).toMatchObject([{ id: '1' }])
  expect(heard.behind('other', undefined, 10)).toMatchObject([{ id: 'x' }])
  heard.caughtUp('chat')
  expect(heard.behind('chat', undefined, 10)).toMatchObject([{ id: '3' }])
  await heard.close()
  const again = new Heard(shelf, silent)
  await again.load()
  expect(again.behind('chat', undefined, 10)).toMatchObject([{ id: '3' }])
})

test('of a gap that began earlier than a mark only the time is known; the newest chats come first', async () => {
  const { heard } = open()
  const [before, since, after] = [at(0), at(5), at(10)]
  heard.note({ address: town, id: '1', at: before })
  heard.note({ address: lane, id: '2', at: after })
  expect(heard.behind('chat', since, 10)).toEqual([
    { address: lane, at: since },
    { address: town, id: '1', at: before },
  ])
  expect(heard.behind('chat', undefined, 1)).toMatchObject([{ id: '2' }])
  await heard.close()
})

test('a chat that has been silent for long is forgotten', async () => {
  const { heard, shelf } = open()
  heard.note({ address: town, id: '1', at: at(0) })
  await heard.close()
  vi.setSystemTime(at(31 * 24 * 60 * 60 * 1000))
  const later = new Heard(shelf, silent)
  await later.load()
  expect(later.behind('chat', undefined, 10)).toEqual([])
  expect(later.knows(town)).toBe(false)
})
