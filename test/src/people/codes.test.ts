import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Codes, shown } from '../../../src/people/codes.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'

async function codes(): Promise<Codes> {
  const store = await openStore({ file: join(await testDir(), 'store.db') })
  onTestFinished(() => store.close())
  return new Codes(store)
}

const any = (): boolean => true
const holder = (id: string): { id: string; address: { adapter: string; channel: string } } => ({
  id,
  address: { adapter: 'a', channel: id },
})

test('a code is used once, however it is written', async () => {
  const desk = await codes()
  const record = await desk.make('link', holder('a:1'))
  expect(shown(record)).toMatch(/^[B-Z2-9]{4}-[B-Z2-9]{4}$/)
  const typed = ` ${shown(record).toLowerCase().replace('-', ' ')}`
  const both = await Promise.all([desk.enter('a:2', typed, any), desk.enter('a:3', typed, any)])
  expect(both.map(({ state }) => state)).toEqual(['taken', 'unknown'])
})

test('a hundred guesses at once are a hundred guesses', async () => {
  const desk = await codes()
  const record = await desk.make('link', holder('a:1'))
  const guesses = Array.from({ length: 100 }, (_, n) => desk.enter('a:2', `AAAAAA${n}`, any))
  const states = (await Promise.all(guesses)).map(({ state }) => state)
  expect(states.filter((state) => state === 'unknown')).toHaveLength(5)
  expect((await desk.enter('a:2', record.code, any)).state).toBe('exhausted')
  expect((await desk.enter('a:3', record.code, any)).state).toBe('taken')
})

test('a code for something else is as good as none, and is not used up by it', async () => {
  const desk = await codes()
  const record = await desk.make('link', holder('a:1'))
  expect((await desk.enter('a:2', record.code, ({ kind }) => kind === 'pair')).state).toBe('unknown')
  expect((await desk.enter('a:2', record.code, any)).state).toBe('taken')
})

test('there is one code of a kind for each holder, and it ends', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const desk = await codes()
  const first = await desk.make('link', holder('a:1'))
  const second = await desk.make('link', holder('a:1'))
  expect((await desk.enter('a:2', first.code, any)).state).toBe('unknown')
  vi.advanceTimersByTime(10 * 60_000)
  expect((await desk.enter('a:2', second.code, any)).state).toBe('unknown')
})

test('so many newcomers are given a code, no more, until theirs end', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const desk = await codes()
  for (let n = 0; n < 200; n++) await desk.forNewcomer(holder(`a:${n}`))
  expect(await desk.forNewcomer(holder('a:more'))).toBeUndefined()
  expect(await desk.forNewcomer(holder('a:0'))).toBeDefined()
  vi.advanceTimersByTime(60 * 60_000)
  expect(await desk.forNewcomer(holder('a:more'))).toBeDefined()
})
