import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Places } from '../../../src/people/places.ts'
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

test('what somebody hands off goes on there for them alone, in its own walls, also after a restart', async () => {
  const store = await aStore()
  const places = await Places.open(store.handoffs, () => 'thread')
  await places.wrote('slack:ann', conversation)
  await places.handOff('slack:ann', 'user/slack%3Aann', conversation)
  const again = await Places.open(store.handoffs, () => 'thread')
  for (const each of [places, again]) {
    expect(each.lately('slack:ann')).toBe(conversation)
    expect(each.of('slack:ann', own)).toEqual({ conversation, home: 'chat/slack//C' })
    expect(each.of('slack:ann', town).conversation).toBe(conversation)
    expect(each.of('slack:bob', own).conversation).toBe('user/slack%3Abob')
    expect(each.lately('slack:bob')).toBeUndefined()
  }
})

test('it goes on in one more place at a time, and ends where it is asked for at home, or taken back', async () => {
  const places = await Places.open((await aStore()).handoffs, () => 'channel')
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
