/** What is long over is forgotten, once a day. */
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configFrom } from '../../../src/config.ts'
import { Housekeeper } from '../../../src/housekeeping/housekeeper.ts'
import type { PromptRecord } from '../../../src/store/prompt-record.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'
import { noteLog } from '../queue/rig.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

function prompt(id: string, ended: Pick<PromptRecord, 'state' | 'endedAt'>): PromptRecord {
  return {
    id,
    kind: 'approval',
    conversation: 'c',
    message: 'm',
    address: { adapter: 'a', channel: 'ann' },
    requester: 'a:ann',
    second: false,
    decides: { tool: 'Write', input: {}, question: 0 },
    reply: { kind: 'prompt', key: id, prompt: id, title: 'May it?', markdown: '', choices: [] },
    createdAt: 0,
    expiresAt: 0,
    remindAt: 0,
    reminded: false,
    by: [],
    applied: true,
    ...ended,
  }
}

test('ended prompts and exchanges that no longer count are forgotten once a day, by a bot that runs on', async () => {
  const store = await openStore({ file: join(await testDir('housekeeper-'), 'store.db') })
  onTestFinished(() => store.close())
  const config = await configFrom({})
  let now = 100 * dayMs
  const housekeeper = new Housekeeper({
    store,
    queue: { post: async () => 0 },
    config: () => config,
    isHeld: () => false,
    ownerOf: async () => undefined,
    log: noteLog(),
    now: () => now,
  })
  await store.prompts.set(prompt('old', { state: 'decided', endedAt: now - 31 * dayMs }))
  await store.prompts.set(prompt('late', { state: 'decided', endedAt: now - 29 * dayMs }))
  await store.exchanges.set('old', { times: [now - hourMs] })
  await store.exchanges.set('counts', { times: [now - hourMs, now - 1000] })
  await store.exchanges.set('silent', { times: [], silentUntil: now + 1000 })
  const known = async (): Promise<readonly boolean[]> => {
    const prompts = await Promise.all(['old', 'late'].map((id) => store.prompts.get(id)))
    const keys = ['old', 'counts', 'silent']
    const exchanges = await Promise.all(keys.map((key) => store.exchanges.get(key)))
    return [...prompts, ...exchanges].map((record) => record !== undefined)
  }
  await housekeeper.sweep()
  expect(await known()).toEqual([false, true, false, true, true])
  now += 23 * hourMs
  await housekeeper.sweep()
  expect(await known()).toEqual([false, true, false, true, true])
  now += 2 * dayMs
  await housekeeper.sweep()
  expect(await known()).toEqual([false, false, false, false, false])
})
