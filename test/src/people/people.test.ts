import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { People } from '../../../src/people/people.ts'
import { openStore } from '../../../src/store/store.ts'
import { testDir } from '../../rig/dir.ts'

const places = { allow: ['*'], deny: [] }
const rules = {
  allow: ['*'],
  deny: [],
  admins: [],
  owners: [],
  operators: [],
  guests: [],
  channels: places,
  tenants: places,
}
const ids = ['a:1', 'b:1', 'c:1', 'a:2', 'b:2']

/** What the records must agree with: a list of sets. */
type Model = string[][]

const id = fc.constantFrom(...ids)
const step = fc.oneof(fc.record({ join: fc.tuple(id, id) }), fc.record({ part: id }))

test('however people are linked and parted, every id is of exactly one person, and all of its ids say so', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const store = await openStore({ file: join(await testDir(), 'store.db') })
      const people = new People({ store, rules: () => rules, isLocal: () => false, language: () => 'en' })
      let model: Model = ids.map((each) => [each])
      const of = (each: string): string[] => model.find((set) => set.includes(each)) ?? []
      for (const each of steps) {
        if ('join' in each) {
          const [one, two] = each.join
          await people.join(one, two)
          if (of(one) !== of(two)) {
            const both = [...of(one), ...of(two)]
            model = [...model.filter((set) => !set.some((known) => both.includes(known))), both]
          }
        } else {
          await people.part(each.part)
          const left = of(each.part).filter((known) => known !== each.part)
          model = [...model.filter((set) => !set.includes(each.part)), [each.part], left]
        }
      }
      for (const each of ids) {
        const known = await people.byId(each)
        expect(known.ids.toSorted()).toEqual(of(each).toSorted())
        expect(known.ids).toContain(known.id)
      }
      await store.close()
    }),
    { numRuns: 30 },
  )
})

test('a crowd that comes in at once is remembered whole, each by what was told last', async () => {
  const file = join(await testDir(), 'store.db')
  const store = await openStore({ file })
  const people = new People({ store, rules: () => rules, isLocal: () => false, language: () => 'en' })
  await people.join('chat:0', 'chat:1')
  const seen = (n: number, name: string): Promise<void> => {
    const address = { adapter: 'chat', channel: `dm-${n}` }
    const from = { id: String(n), name }
    return people.seen({ kind: 'message', id: `${n}`, at: 1, from, address, direct: true, text: '' })
  }
  const crowd = Array.from({ length: 60 }, (_, n) => n)
  await Promise.all([...crowd.map((n) => seen(n, 'before')), ...crowd.map((n) => seen(n, `name ${n}`))])
  await store.close()
  const later = await openStore({ file })
  expect((await later.people.get('chat:1'))?.ids).toMatchObject([{ name: 'name 0' }, { name: 'name 1' }])
  for (const n of crowd.slice(2)) {
    const ids = (await later.people.get(`chat:${n}`))?.ids
    expect(ids).toMatchObject([{ name: `name ${n}`, direct: { channel: `dm-${n}` } }])
  }
  await later.close()
})

test('a chosen language goes with whoever is linked, stays with both when they part, and beats what platforms tell', async () => {
  const store = await openStore({ file: join(await testDir(), 'store.db') })
  const people = new People({ store, rules: () => rules, isLocal: () => false, language: () => 'en' })
  await people.speak('a:1', 'zh')
  await people.join('b:1', 'a:1')
  expect(await people.byId('b:1')).toMatchObject({ language: 'zh' })
  await people.part('a:1')
  expect([(await people.byId('a:1')).language, (await people.byId('b:1')).language]).toEqual(['zh', 'zh'])

  const address = { adapter: 'c', channel: 'x' }
  const from = { id: '1', locale: 'zh-Hans' }
  const said = { kind: 'message', id: 'm', at: 0, text: 'x', direct: true, address, from } as const
  expect(await people.of(address, from)).toMatchObject({ language: 'zh' })
  await people.seen(said)
  expect(await people.confidants('talk')).toMatchObject([{ id: 'c:1', language: 'zh' }])
  await people.speak('c:1', 'en')
  expect(await people.of(address, from)).toMatchObject({ language: 'en' })
  await store.close()
})
