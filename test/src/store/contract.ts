/** What the store must do wherever it keeps its records. */
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { collect, entry, hostile, session, usage } from './values.ts'

/** One place to keep records in, empty at first. */
export interface Place {
  open(): Promise<Store>
  /** Replaces what is kept under every key that contains `part`. */
  damage(part: string, text: string): Promise<void>
}

const DAY_MS = 24 * 60 * 60 * 1000

export function storeContract(name: string, place: () => Promise<Place>): void {
  const open = async (at?: Place): Promise<Store> => {
    const store = await (at ?? (await place())).open()
    onTestFinished(() => store.close())
    return store
  }

  describe(`store: ${name}: sessions`, () => {
    test('are kept, replaced, listed and deleted, across a restart', async () => {
      const at = await place()
      const first = await at.open()
      expect(await first.sessions.get('a')).toBeUndefined()
      await first.sessions.set(session('a', { turns: 1 }))
      await first.sessions.set(session('a', { turns: 2, model: 'opus', permissionMode: 'plan' }))
      await first.sessions.set(session('b'))
      await first.sessions.set(session('gone'))
      await first.sessions.delete('gone')
      await first.sessions.delete('never there')
      await first.close()
      const store = await open(at)
      expect(await store.sessions.get('a')).toEqual(
        session('a', { turns: 2, model: 'opus', permissionMode: 'plan' }),
      )
      expect(await store.sessions.get('gone')).toBeUndefined()
      const all = await collect(store.sessions.all())
      expect(all.map(({ conversation }) => conversation).toSorted()).toEqual(['a', 'b'])
    })

    test('are not mixed up, whatever their keys look like', async () => {
      const store = await open()
      await Promise.all(hostile.map((key) => store.sessions.set(session(key))))
      for (const key of hostile) expect(await store.sessions.get(key)).toEqual(session(key))
      const all = await collect(store.sessions.all())
      expect(all.map(({ conversation }) => conversation).toSorted()).toEqual(hostile.toSorted())
      await store.sessions.delete('a')
      expect(await collect(store.sessions.all())).toHaveLength(hostile.length - 1)
    })

    test('are listed whole when there are many, and while they change', async () => {
      const store = await open()
      const names = Array.from({ length: 700 }, (_, n) => `c${n}`)
      await Promise.all(names.map((name) => store.sessions.set(session(name))))
      const seen: string[] = []
      for await (const { conversation } of store.sessions.all()) {
        seen.push(conversation)
        if (conversation === 'c5') await store.sessions.delete('c5')
      }
      expect(seen.toSorted()).toEqual(names.toSorted())
    })

    test.each([
      'not JSON',
      '"text"',
      'null',
      '{}',
      '{"value":{}}',
      '{"value":{"conversation":"a","turns":"3"}}',
    ])('a record that is damaged (%s) is an error that names it, not a missing one', async (damage) => {
      const at = await place()
      const store = await open(at)
      await store.sessions.set(session('the key'))
      await at.damage('the key', damage)
      const read = store.sessions.get('the key')
      await expect(read).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' })
      await expect(read).rejects.toThrow(/sessions "the key"/)
      await expect(collect(store.sessions.all())).rejects.toMatchObject({ code: 'corrupt' })
      await store.sessions.set(session('the key'))
      expect(await store.sessions.get('the key')).toEqual(session('the key'))
    })
  })

  describe(`store: ${name}: history`, () => {
    test('is read as it was appended, whatever the portions', async () => {
      const texts = fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 70 }), {
        maxLength: 8,
      })
      const store = await open()
      let run = 0
      await fc.assert(
        fc.asyncProperty(texts, fc.nat(200), async (portions, limit) => {
          const conversation = `c${run++}`
          for (const portion of portions) await store.history.append(conversation, portion.map(entry))
          const whole = portions.flat().map(entry)
          expect(await store.history.read(conversation)).toEqual(whole)
          expect(await store.history.read(conversation, { limit })).toEqual(
            whole.slice(Math.max(0, whole.length - limit)),
          )
        }),
        { numRuns: 40 },
      )
    })

    test('keeps long texts and a long past, across a restart', async () => {
      const at = await place()
      const first = await at.open()
      const texts = Array.from({ length: 30 }, (_, n) => `${n} ${'long '.repeat(8000)}`)
      for (const text of texts) await first.history.append('c', [entry(text)])
      await first.history.append(
        'c',
        Array.from({ length: 1200 }, (_, n) => entry(`short ${n}`)),
      )
      await first.close()
      const store = await open(at)
      const all = await store.history.read('c')
      expect(all).toHaveLength(1230)
      expect(all.slice(0, 30).map(({ text }) => text)).toEqual(texts)
      expect(await store.history.read('c', { limit: 2 })).toEqual([entry('short 1198'), entry('short 1199')])
    })

    test('loses nothing of what is appended at once, and keeps its order', async () => {
      const store = await open()
      const work = Array.from({ length: 120 }, (_, n) => store.history.append(`c${n % 2}`, [entry(`${n}`)]))
      await Promise.all(work)
      for (const lane of [0, 1]) {
        const texts = (await store.history.read(`c${lane}`)).map(({ text }) => Number(text))
        expect(texts).toEqual(Array.from({ length: 60 }, (_, n) => lane + 2 * n))
      }
    })

    test('is cleared whole, and of one conversation only', async () => {
      const store = await open()
      const many = Array.from({ length: 130 }, (_, n) => entry(`${n}`))
      for (const key of hostile) await store.history.append(key, [entry(key)])
      await store.history.append('a', many)
      await store.history.clear('a')
      await store.history.clear('never there')
      expect(await store.history.read('a')).toEqual([])
      for (const key of hostile.filter((key) => key !== 'a')) {
        expect(await store.history.read(key)).toEqual([entry(key)])
      }
      await store.history.append('a', [entry('anew')])
      expect(await store.history.read('a')).toEqual([entry('anew')])
    })

    test('that is damaged is an error, and can be cleared', async () => {
      const at = await place()
      const store = await open(at)
      await store.history.append('talk', [entry('a')])
      await at.damage('0:talk', '{"value":[{"at":"noon"}]}')
      await expect(store.history.read('talk')).rejects.toMatchObject({ name: 'StoreError', code: 'corrupt' })
      await expect(store.history.append('talk', [entry('b')])).rejects.toMatchObject({ code: 'corrupt' })
      await store.history.clear('talk')
      expect(await store.history.read('talk')).toEqual([])
    })
  })

  describe(`store: ${name}: usage`, () => {
    test('adds up exactly what is added at once, by user and by day of UTC', async () => {
      const at = await place()
      const first = await at.open()
      const noon = Date.parse('2026-11-20T12:00:00Z')
      const adds = Array.from({ length: 90 }, (_, n) =>
        first.usage.book({ person: `u${n % 3}`, accounts: [] }, noon, usage),
      )
      await Promise.all(adds)
      await first.usage.book({ person: 'u0', accounts: [] }, Date.parse('2026-11-20T23:59:59.999Z'), {
        ...usage,
        failed: 1,
      })
      await first.usage.book({ person: 'u0', accounts: [] }, Date.parse('2026-11-21T00:00:00Z'), usage)
      await first.close()
      const store = await open(at)
      expect(await store.usage.day('u1', '2026-11-20')).toEqual({
        turns: 30,
        failed: 0,
        estimated: 0,
        costUsd: 15,
        inputTokens: 300,
        outputTokens: 600,
        cacheReadTokens: 900,
        cacheWriteTokens: 1200,
        durationMs: 1500,
      })
      expect(await store.usage.day('u0', '2026-11-20')).toMatchObject({ turns: 31, failed: 1 })
      expect(await store.usage.day('u0', '2026-11-21')).toEqual(usage)
      expect(await store.usage.day('u0', '2026-11-19')).toMatchObject({ turns: 0, costUsd: 0 })
      const users = await store.usage.users('2026-11-20')
      expect(Object.fromEntries(users.map(({ user, turns }) => [user, turns]))).toEqual({
        u0: 31,
        u1: 30,
        u2: 30,
      })
      expect(await store.usage.users('2026-11-19')).toEqual([])
    })

    test('gives the days of a range that have any, in order', async () => {
      const store = await open()
      const start = Date.parse('2026-02-27T10:00:00Z')
      for (const n of [3, 0, 1, 400])
        await store.usage.book({ person: 'u', accounts: [] }, start + n * DAY_MS, usage)
      const days = async (from: string, to: string): Promise<string[]> =>
        (await store.usage.range('u', from, to)).map(({ day }) => day)
      expect(await days('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-02'])
      expect(await days('2026-02-28', '2026-02-28')).toEqual(['2026-02-28'])
      expect(await days('2026-03-02', '2026-02-27')).toEqual([])
      expect(await days('2026-01-01', '2027-12-31')).toHaveLength(4)
      expect(await store.usage.range('u', '2026-02-27', '2026-02-27')).toEqual([
        { ...usage, day: '2026-02-27' },
      ])
    })

    test('is not mixed up, whatever users are called', async () => {
      const store = await open()
      const noon = Date.parse('2026-11-20T12:00:00Z')
      for (const user of hostile) await store.usage.book({ person: user, accounts: [] }, noon, usage)
      for (const user of hostile) expect(await store.usage.day(user, '2026-11-20')).toEqual(usage)
      const users = await store.usage.users('2026-11-20')
      expect(users.map(({ user }) => user).toSorted()).toEqual(hostile.toSorted())
    })

    test.each(['today', '2026-13-01', '2026-02-30', '2026-1-1', '', '2026-11-20:u'])(
      'refuses %j as a day',
      async (day) => {
        const store = await open()
        await expect(store.usage.day('u', day)).rejects.toThrow(RangeError)
        await expect(store.usage.range('u', day, '2026-11-20')).rejects.toThrow(RangeError)
        await expect(store.usage.users(day)).rejects.toThrow(RangeError)
      },
    )
  })

  describe(`store: ${name}: closed`, () => {
    test('refuses everything, and may be closed twice', async () => {
      const store = await open()
      await store.sessions.set(session('a'))
      await Promise.all([store.close(), store.close()])
      const refused = { name: 'StoreError' }
      await expect(store.sessions.get('a')).rejects.toMatchObject(refused)
      await expect(store.sessions.set(session('a'))).rejects.toMatchObject(refused)
      await expect(store.sessions.delete('a')).rejects.toMatchObject(refused)
      await expect(collect(store.sessions.all())).rejects.toMatchObject(refused)
      await expect(store.history.append('a', [entry('x')])).rejects.toMatchObject(refused)
      await expect(store.history.read('a')).rejects.toMatchObject(refused)
      await expect(store.usage.book({ person: 'u', accounts: [] }, 1, usage)).rejects.toMatchObject(refused)
      await expect(store.usage.users('2026-11-20')).rejects.toMatchObject(refused)
    })
  })
}
