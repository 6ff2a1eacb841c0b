/** What people are called: learnt beside their messages, never before them. */
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import create from '../../../adapters/lark/index.ts'
import { shownText } from '../../fakes/lark/tenant.ts'
import { startLark } from '../../fakes/lark/start.ts'
import { promptReply, RecordingBot } from '../conformance/rig.ts'
import { larkSettings, user } from './rig.ts'

afterEach(() => void vi.useRealTimers())

async function openProfiles(more: object = {}) {
  const lark = await startLark({ ackWithin: 500 })
  const adapter = create(larkSettings(lark, more))
  onTestFinished(() => adapter.stop())
  const bot = new RecordingBot()
  await adapter.start(bot, new AbortController().signal)
  const heard = async (person = user): Promise<string | undefined> => {
    await lark.people.say(person, 'hello').delivery.answer
    return bot.received.at(-1)?.from.name
  }
  const asked = () => lark.calls.filter(({ call }) => call === 'GET /contact/v3/users/batch')
  const answered = (count: number) => lark.until(() => (asked().length >= count ? true : undefined))
  return { lark, adapter, bot, heard, asked, answered }
}

test('a name comes with the next message, is kept for an hour, and asked for again when Feishu tells of a change', async () => {
  const { lark, heard, asked, answered } = await openProfiles()
  lark.contacts.names.set(user, 'Ann Example')
  expect(await heard()).toBeUndefined()
  await answered(1)
  await vi.waitFor(async () => expect(await heard()).toBe('Ann Example'))
  expect(asked()).toHaveLength(1)
  lark.contacts.names.set(user, 'Ann Other')
  expect(await heard()).toBe('Ann Example')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61 * 60 * 1000 })
  // The old one until the new one is there.
  expect(await heard()).toBe('Ann Example')
  await answered(2)
  await vi.waitFor(async () => expect(await heard()).toBe('Ann Other'))
  lark.contacts.names.set(user, 'Ann Third')
  await lark.people.tell('contact.user.updated_v3', { object: { open_id: user } }).answer
  await vi.waitFor(async () => expect(await heard()).toBe('Ann Third'))
  expect(asked()).toHaveLength(3)
})

test('many are asked for together; an answer that never comes holds nobody up, and is asked for again later', async () => {
  const { lark, heard, asked, answered } = await openProfiles()
  const crowd = Array.from({ length: 60 }, (_, index) => `ou_${index}`)
  for (const person of crowd) lark.contacts.names.set(person, `Name of ${person}`)
  lark.faults.plan(/contact/, { kind: 'status', status: 502 })
  await Promise.all(crowd.map((person) => heard(person)))
  await answered(2)
  expect(asked().length).toBeLessThan(6)
  for (const { query } of asked()) expect(query.user_ids?.length).toBeLessThanOrEqual(50)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  await Promise.all(crowd.map((person) => heard(person)))
  for (const person of [crowd[0], crowd[59]]) {
    await vi.waitFor(async () => expect(await heard(person)).toBe(`Name of ${person}`))
  }
})

test('an app that may not read names asks once an hour, whoever writes, and says nothing aloud', async () => {
  const { lark, bot, heard, asked, answered } = await openProfiles()
  const warned = vi.spyOn(bot.log, 'warn')
  lark.lacks.add('contact:contact.base:readonly')
  await heard()
  await answered(1)
  for (let count = 0; count < 5; count += 1) expect(await heard(`ou_${count}`)).toBeUndefined()
  expect(asked()).toHaveLength(1)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61 * 60 * 1000 })
  lark.lacks.clear()
  lark.contacts.names.set(user, 'Ann Example')
  await vi.waitFor(async () => expect(await heard()).toBe('Ann Example'))
  expect(warned).not.toHaveBeenCalled()
})

test('with cards off it is told who decided, by name; the name is no markup', async () => {
  const { lark, adapter, heard, answered } = await openProfiles({ cards: false })
  lark.contacts.names.set(user, '**Ann** `x`')
  await heard()
  await answered(1)
  await vi.waitFor(async () => expect(await heard()).toBeDefined())
  const prompt = promptReply()
  const sent = await adapter.send({ adapter: 'lark', tenant: 'tenant1', channel: user }, prompt)
  const settle = async (by: string): Promise<string> => {
    await adapter.edit?.(sent, { ...prompt, settled: { label: 'Allow once', by, at: Date.now() } })
    const message = lark.tenant.find(sent.id)
    return message === undefined ? '' : (shownText(message).split('\n').at(-1) ?? '')
  }
  expect(await settle(`lark:${user}`)).toBe("**Allow once** · `**Ann** 'x'`")
  expect(await settle('slack:U1')).toBe('**Allow once** · `slack:U1`')
})
