/** Sessions that are lost again and again are begun ever more slowly. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { Api } from '../../../adapters/discord/api.ts'
import { Brake, usualSpacing } from '../../../adapters/discord/brake.ts'
import { Budget } from '../../../adapters/discord/budget.ts'
import { Entrance } from '../../../adapters/discord/entrance.ts'
import { settings } from '../../../adapters/discord/settings.ts'
import { setup } from '../../../adapters/discord/setup.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { openDiscord } from './rig.ts'

const [second, minute] = [1000, 60_000]

test('a lost session is replaced at once; the next ones after 10 s, 20 s and so on up to 15 minutes; after a while at once again', () => {
  const brake = new Brake(usualSpacing)
  let now = Date.now()
  expect([brake.hasBegun, brake.wait(now)]).toEqual([false, 0])
  const waits = Array.from({ length: 10 }, () => {
    brake.began(now)
    const wait = brake.wait(now + 5)
    now += 5 + wait
    return Math.round((wait + 5) / second)
  })
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 320, 640, 900, 900])
  // One that holds for longer than its turn need not wait, but the row goes on.
  brake.began(now)
  expect(brake.wait(now + 20 * minute)).toBe(0)
  brake.began(now + 20 * minute)
  expect(brake.wait(now + 20 * minute)).toBe(15 * minute)
  brake.began(now + 60 * minute)
  expect([brake.hasBegun, brake.wait(now + 60 * minute)]).toEqual([true, 0])
})

test('each shard waits for itself, tells of it, and stops to wait when it is left', async () => {
  const { discord } = await openDiscord()
  discord.gateway.sharding = { recommended: 2, least: 1, concurrency: 2 }
  const api = new Api({ token: discord.token, url: discord.apiUrl, budget: new Budget() })
  onTestFinished(() => api.close())
  const end = new AbortController()
  onTestFinished(() => end.abort())
  const { log } = new RecordingBot()
  const warned = vi.spyOn(log, 'warn')
  const spacing = { first: 500, longest: 60_000, calm: 60_000 }
  const entrance = new Entrance({ api, log, signal: end.signal, spacing, rowMs: 0 })
  const begin = async (shard: number, signal = end.signal): Promise<number> => {
    using turn = await entrance.turn(shard, signal)
    turn.used()
    return Date.now()
  }
  const zero = [await begin(0), await begin(0)]
  const third = begin(0)
  await begin(1)
  await begin(1)
  expect(warned).toHaveBeenCalledOnce()
  const [, before = 0] = zero
  expect((await third) - before).toBeGreaterThanOrEqual(490)
  const left = new AbortController()
  const waiting = entrance.turn(0, left.signal)
  left.abort(new Error('other shards are wanted'))
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  expect(warned.mock.calls).toEqual([1, 1].map((seconds) => [{ shard: 0, seconds }, expect.any(String)]))
})

test('doctor says when only those sessions are left that are kept for starts', async () => {
  const { discord } = await openDiscord()
  const block = settings.schema.parse({ token: discord.token, apiUrl: discord.apiUrl })
  discord.sessionStarts.remaining = 50
  expect(await setup.check(block)).toContainEqual({
    ok: true,
    what: expect.stringMatching(/only 50 are left.*in 60 minutes/),
    advice: expect.stringContaining('log'),
  })
  discord.sessionStarts.remaining = 51
  expect(await setup.check(block)).toContainEqual({ ok: true, what: 'it can connect' })
})
