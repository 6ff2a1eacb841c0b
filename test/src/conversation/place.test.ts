import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folderName } from '../../../src/conversation/home.ts'
import { type Place, personId, placeOf } from '../../../src/conversation/place.ts'

const address = { adapter: 'slack', channel: 'C1', thread: 'T1' }

test('scope user: one conversation a person, wherever they write', () => {
  const here = placeOf('user', 'slack:U1', { address, direct: false })
  const there = placeOf('user', 'slack:U1', { address: { adapter: 'slack', channel: 'C2' }, direct: true })
  expect(here).toEqual(there)
})

test('scope thread: one conversation a thread, in the walls of the chat; in a direct chat in those of the person', () => {
  const shared = placeOf('thread', 'slack:U1', { address, direct: false })
  const other = placeOf('thread', 'slack:U1', { address: { ...address, thread: 'T2' }, direct: false })
  const direct = placeOf('thread', 'slack:U1', { address, direct: true })
  expect(shared.conversation).not.toBe(other.conversation)
  expect(shared.home).toBe(other.home)
  expect(direct.home).toBe(placeOf('user', 'slack:U1', { address, direct: true }).home)
})

test('scope channel: everybody in a chat shares its conversation', () => {
  const one = placeOf('channel', 'slack:U1', { address, direct: false })
  const two = placeOf('channel', 'slack:U2', { address: { ...address, thread: 'T2' }, direct: false })
  expect(one).toEqual(two)
})

const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const message = fc.record({
  address: fc.record(
    { adapter: fc.constantFrom('a', 'b'), tenant: id, channel: id, thread: id },
    { requiredKeys: ['adapter', 'channel'] },
  ),
  from: fc.record({ id }),
  direct: fc.boolean(),
})

test('no two people ever share a conversation or a home in scope user, whatever their ids', () => {
  fc.assert(
    fc.property(message, message, (one, two) => {
      const same = one.address.adapter === two.address.adapter && one.from.id === two.from.id
      fc.pre(!same && one.from.id.isWellFormed() && two.from.id.isWellFormed())
      const home = ({ address, from, direct }: typeof one): Place =>
        placeOf('user', personId(address, from), { address, direct })
      const [here, there] = [home(one), home(two)]
      expect(here.conversation).not.toBe(there.conversation)
      expect(folderName(here.home).toLowerCase()).not.toBe(folderName(there.home).toLowerCase())
    }),
  )
})

test('a folder name is one plain path segment for any key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (key) => {
      expect(folderName(key)).toMatch(/^[A-Za-z0-9_-]{1,57}$/)
    }),
  )
  expect(folderName('user/slack%3A..%2F..%2Fetc')).toMatch(/^user-slack-etc-[0-9a-f]{16}$/)
})
