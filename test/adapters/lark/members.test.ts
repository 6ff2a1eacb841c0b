/** What access lists may name people by: as the contacts of the company have it. */
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import type { Inbound } from '../../../src/contract.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { RecordingBot } from '../conformance/rig.ts'
import { larkSettings, user } from './rig.ts'

afterEach(() => void vi.useRealTimers())

async function openMembers() {
  const lark = await startLark({ ackWithin: 200 })
  const adapter = create(larkSettings(lark, { departments: true }))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const heard = async (text: string): Promise<readonly string[] | undefined> => {
    await lark.people.say(user, text).delivery.answer
    return bot.received.at(-1)?.from.groups
  }
  const asked = (): number => lark.calls.filter(({ call }) => call.includes('/contact/v3/users/ou_')).length
  return { lark, adapter, bot, heard, asked }
}

const own = ['tenant:tenant1', 'union:on_ann', 'user:uann']

test('departments, and those above them, are asked for once in a while, or when Feishu tells of a change', async () => {
  const { lark, heard, asked } = await openMembers()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  lark.contacts.put(user, 'od-small', 'od-large')
  const all = [...own, 'department:od-small', 'department:od-large']
  expect(await heard('one')).toEqual(all)
  lark.contacts.put(user, 'od-other')
  expect(await heard('two')).toEqual(all)
  expect(asked()).toBe(1)
  vi.setSystemTime(Date.now() + 6 * 60 * 1000)
  expect(await heard('three')).toEqual([...own, 'department:od-other'])
  lark.contacts.put(user)
  await lark.people.tell('contact.user.updated_v3', { object: { open_id: user, name: 'Ann' } }).answer
  expect(await heard('four')).toEqual(own)
  expect(asked()).toBe(3)
})

test('whom the app may not see is in none; where it may not ask at all, nothing is said of groups', async () => {
  const { lark, heard } = await openMembers()
  expect(await heard('one')).toEqual(own)
  await lark.people.tell('contact.department.updated_v3', { object: { open_department_id: 'od-1' } }).answer
  lark.lacks.add('contact:contact.base:readonly')
  expect(await heard('two')).toBeUndefined()
})

test('of whom the app may not see nothing is said where the message tells no ids: lists that deny may mean them', async () => {
  const { lark, adapter } = await openMembers()
  const before = lark.people.write(user, 'text', { text: 'before' })
  const address = { adapter: 'lark', tenant: 'tenant1', channel: user }
  const missed: Inbound[] = []
  const marks = [{ address, id: before.id, at: before.createdAt }]
  for await (const each of adapter.history?.(marks, new AbortController().signal) ?? []) missed.push(each)
  expect(missed.map(({ from }) => [from.groups, from.untold])).toEqual([[undefined, true]])
})

test('while Feishu cannot say, what was written is not taken, and comes again', async () => {
  const { lark, bot, heard } = await openMembers()
  lark.contacts.put(user, 'od-small')
  lark.faults.plan(/contact\/v3\/users/, { kind: 'status', status: 502 })
  expect(await heard('hello')).toContain('department:od-small')
  expect(bot.received).toHaveLength(1)
})

test('what was missed brings the same', async () => {
  const { lark, adapter, bot } = await openMembers()
  lark.contacts.put(user, 'od-small')
  const before = lark.people.write(user, 'text', { text: 'before' })
  const marks = [
    { address: { adapter: 'lark', tenant: 'tenant1', channel: user }, id: before.id, at: before.createdAt },
  ]
  const missed: Inbound[] = []
  for await (const each of adapter.history?.(marks, new AbortController().signal) ?? []) missed.push(each)
  expect(missed.map(({ from }) => from.groups)).toEqual([[...own, 'department:od-small']])
  expect(bot.received).toEqual([])
})
