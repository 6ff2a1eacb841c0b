import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Chat, Places } from '../../../src/people/places.ts'
import { type Store, openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'

async function aStore(): Promise<Store> {
  const store = await openStore({ file: join(await testDir('places-'), 'store.db') })
  onTestFinished(() => store.close())
  return store
}

const town = { address: { adapter: 'slack', channel: 'C', thread: '1' }, direct: false }
const own = { address: { adapter: 'slack', channel: 'D' }, direct: true }
const conversation = 'chat/slack//C/1'
const isOpen = (): boolean => true

const joins = (adapter: string): boolean => adapter === 'api'

test('what somebody hands off goes on there for them alone, in its own walls, also after a restart', async () => {
  const store = await aStore()
  const places = await Places.open({ shelf: store.handoffs, joins, scope: () => 'thread', isOpen })
  await places.wrote('slack:ann', town)
  await places.handOff('slack:ann', 'user/slack%3Aann', conversation)
  const again = await Places.open({ shelf: store.handoffs, joins, scope: () => 'thread', isOpen })
  for (const each of [places, again]) {
    expect(each.lately('slack:ann')).toBe(conversation)
    expect(each.of('slack:ann', own)).toEqual({ conversation, home: 'chat/slack//C' })
    expect(each.of('slack:ann', town).conversation).toBe(conversation)
    expect(each.of('slack:bob', own).conversation).toBe('user/slack%3Abob')
    expect(each.lately('slack:bob')).toBeUndefined()
  }
})

test('it goes on in one more place at a time, and ends where it is asked for at home, or taken back', async () => {
  const places = await Places.open({
    shelf: (await aStore()).handoffs,
    joins,
    scope: () => 'channel',
    isOpen,
  })
  const isAway = (): readonly boolean[] =>
    [own, { ...town, address: { ...town.address, channel: 'E' } }].map(
      (message) => places.of('slack:ann', message).conversation === conversation,
    )
  const [first, second] = ['user/slack%3Aann', 'chat/slack//E']
  await places.handOff('slack:ann', first, conversation)
  expect(isAway()).toEqual([true, false])
  await places.handOff('slack:ann', second, conversation)
  expect(isAway()).toEqual([false, true])
  await places.handOff('slack:ann', conversation, conversation)
  expect(isAway()).toEqual([false, false])
  await places.handOff('slack:ann', first, conversation)
  expect(await places.takeBack('slack:ann', first)).toBe(true)
  expect(await places.takeBack('slack:ann', first)).toBe(false)
  expect(isAway()).toEqual([false, false])
})

test('what belongs to a chat that is closed by now is gone on with nowhere, as long as it is', async () => {
  const { handoffs: shelf } = await aStore()
  const asked: Chat[] = []
  let open = true
  const isOpen = (chat: Chat): boolean => (asked.push(chat), open)
  const parts = { shelf, joins, scope: () => 'thread' as const, isOpen }
  const places = await Places.open(parts)
  await places.wrote('slack:ann', town)
  await places.handOff('slack:ann', 'user/slack%3Aann', conversation)
  open = false
  for (const each of [places, await Places.open(parts)]) {
    expect(each.of('slack:ann', own).conversation).toBe('user/slack%3Aann')
    expect(each.lately('slack:ann')).toBeUndefined()
    expect([own, town].map((message) => each.isClosed('slack:ann', message))).toEqual([true, false])
  }
  expect(asked.every((chat) => chat.channel === 'C' && !chat.direct)).toBe(true)
  open = true
  expect(places.of('slack:ann', own).conversation).toBe(conversation)
})

test('a thread that names a conversation elsewhere stands for it, for adapters of programs alone', async () => {
  const { handoffs: shelf } = await aStore()
  const places = await Places.open({ shelf, joins, scope: () => 'thread', isOpen: () => true })
  const thread = `~${Buffer.from('user/slack%3Akim').toString('base64url')}`
  const said = (adapter: string) => ({ direct: true, address: { adapter, channel: 'boss', thread } })
  expect(places.of('api:boss', said('api')).conversation).toBe('user/slack%3Akim')
  expect(places.of('slack:boss', said('slack')).conversation).not.toContain('kim')
  // It is no place that one could hand a conversation off from.
  await places.wrote('api:boss', said('api'))
  expect(places.lately('api:boss')).toBeUndefined()
})
