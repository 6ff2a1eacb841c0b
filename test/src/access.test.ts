import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AccessRules,
  type Right,
  isOpen,
  may,
  mayAnswer,
  mayDecide,
  rightsOf,
  roleOf,
  roles,
} from '../../src/access.ts'

const everywhere = { allow: ['*'], deny: [] }
const nobody: AccessRules = {
  allow: [],
  deny: [],
  admins: [],
  owners: [],
  operators: [],
  guests: [],
  channels: everywhere,
  tenants: everywhere,
}
const rules: AccessRules = {
  ...nobody,
  allow: ['slack:U1', 'lark:*'],
  deny: ['lark:bad'],
  admins: ['slack:ADMIN'],
  guests: ['discord:*'],
}

describe('roles', () => {
  test.each([
    ['slack:U1', 'member'],
    ['slack:U2', undefined],
    ['slack:U11', undefined],
    ['lark:anyone', 'member'],
    ['lark:bad', undefined],
    ['slack:ADMIN', 'admin'],
    ['discord:1', 'guest'],
  ])('%s: %s', (id, role) => {
    expect(roleOf(rules, [id])).toBe(role)
  })

  test('nobody has one by default', () => {
    expect(roleOf(nobody, ['slack:U1'])).toBeUndefined()
  })

  test('the highest of all ids and grants holds', () => {
    expect(roleOf(rules, ['discord:1', 'slack:ADMIN'])).toBe('admin')
    expect(roleOf(nobody, ['slack:U1'], ['operator'])).toBe('operator')
    expect(roleOf({ ...nobody, owners: ['*'], admins: ['*'], guests: ['*'] }, ['slack:U1'])).toBe('owner')
  })

  test('one id that is denied bars all of a person, whatever else was given', () => {
    const ids = fc.array(fc.constantFrom('slack:ADMIN', 'slack:U1', 'lark:a'))
    fc.assert(
      fc.property(ids, ids, fc.array(fc.constantFrom(...roles)), (before, after, granted) => {
        expect(roleOf(rules, [...before, 'lark:bad', ...after], granted)).toBeUndefined()
      }),
    )
  })
})

describe('rights', () => {
  const table: Record<(typeof roles)[number], Right[]> = {
    guest: ['talk'],
    member: ['talk', 'decide-own', 'change-shared'],
    operator: ['talk', 'decide-own', 'change-shared', 'decide-for-others', 'stop-others', 'operate'],
    admin: [
      'talk',
      'decide-own',
      'change-shared',
      'decide-for-others',
      'stop-others',
      'operate',
      'grant-money',
      'manage-people',
      'manage-bot',
      'join-others',
    ],
    owner: [
      'talk',
      'decide-own',
      'change-shared',
      'decide-for-others',
      'stop-others',
      'operate',
      'grant-money',
      'manage-people',
      'manage-bot',
      'join-others',
      'manage-admins',
    ],
  }

  test.each(roles)('of a %s', (role) => {
    expect(rightsOf(role)).toEqual(table[role])
    expect(table.owner.filter((right) => may(role, right))).toEqual(table[role])
  })

  test('nobody without a role has any', () => {
    expect(may(undefined, 'talk')).toBe(false)
  })

  test('who asked decides, or an operator; nobody else, and no guest', () => {
    const own = { requester: 'slack:U1', trifle: false }
    expect(mayDecide({ id: 'slack:U1', role: 'member' }, own)).toBe(true)
    expect(mayDecide({ id: 'slack:OP', role: 'operator' }, own)).toBe(true)
    expect(mayDecide({ id: 'lark:anyone', role: 'member' }, own)).toBe(false)
    expect(mayDecide({ id: 'slack:U1', role: 'guest' }, own)).toBe(false)
  })

  test('where a second person has to agree, whoever asked may refuse, and none of the accounts they had may allow', () => {
    const asked = { requester: 'slack:U1', accounts: ['slack:U1', 'lark:u'], second: true, trifle: false }
    const own = { id: 'slack:U1', ids: ['slack:U1'], role: 'admin' } as const
    const unlinked = { id: 'lark:u', ids: ['lark:u'], role: 'admin' } as const
    const relinked = { id: 'slack:X', ids: ['slack:X', 'lark:u'], role: 'owner' } as const
    const other = { id: 'slack:OP', ids: ['slack:OP'], role: 'operator' } as const
    expect([own, unlinked, relinked, other].map((who) => mayAnswer(who, asked, true))).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(mayAnswer(own, asked, false)).toBe(true)
  })

  test('what allows nothing a guest decides too, in the own turns', () => {
    const own = { requester: 'slack:U1', trifle: true }
    expect(mayDecide({ id: 'slack:U1', role: 'guest' }, own)).toBe(true)
    expect(mayDecide({ id: 'slack:OP', role: 'operator' }, own)).toBe(true)
    expect(mayDecide({ id: 'lark:anyone', role: 'member' }, own)).toBe(false)
  })
})

describe('places', () => {
  const shared = { address: { adapter: 'slack', tenant: 'T1', channel: 'C1' }, direct: false }
  const direct = { address: { adapter: 'slack', channel: 'D1' }, direct: true }

  test('everywhere by default', () => {
    expect(isOpen(nobody, {}, shared)).toBe(true)
    expect(isOpen(nobody, {}, direct)).toBe(true)
  })

  test('only in the channels that are allowed, and in direct chats', () => {
    const closed = { ...nobody, channels: { allow: ['slack:C2'], deny: [] } }
    expect(isOpen(closed, {}, shared)).toBe(false)
    expect(isOpen(closed, {}, { ...shared, address: { ...shared.address, channel: 'C2' } })).toBe(true)
    expect(isOpen(closed, {}, direct)).toBe(true)
  })

  test('people of another tenant only where they or it are named: no wildcard means them', () => {
    const from = { id: 'T9/U1', tenant: 'T9' }
    const visit = { ...shared, from }
    const open = { ...nobody, allow: ['*', 'slack:*'], admins: ['slack:*'] }
    const any = { allow: ['*'], deny: [] }
    expect(isOpen(open, {}, visit)).toBe(false)
    expect(isOpen(open, {}, { ...shared, from: { id: 'U1' } })).toBe(true)
    expect(isOpen({ ...nobody, guests: ['slack:T9/U1'] }, {}, visit)).toBe(true)
    expect(isOpen({ ...open, tenants: { ...any, allow: ['*', 'slack:T9'] } }, {}, visit)).toBe(true)
    const named = { ...nobody, guests: ['slack:T9/U1'], tenants: { ...any, deny: ['slack:T9'] } }
    expect(isOpen(named, {}, visit)).toBe(false)
  })

  test('never where it is denied', () => {
    const denied = { allow: ['*'], deny: ['slack:C1', 'slack:D1'] }
    expect(isOpen({ ...nobody, channels: denied }, {}, shared)).toBe(false)
    expect(isOpen({ ...nobody, channels: denied }, {}, direct)).toBe(false)
    expect(isOpen({ ...nobody, channels: denied }, { local: true }, direct)).toBe(true)
  })

  test('only in the tenants that are allowed', () => {
    expect(isOpen({ ...nobody, tenants: { allow: ['slack:T2'], deny: [] } }, {}, shared)).toBe(false)
    expect(isOpen({ ...nobody, tenants: { allow: ['*'], deny: ['slack:T1'] } }, {}, shared)).toBe(false)
    expect(isOpen({ ...nobody, tenants: { allow: ['slack:T2'], deny: [] } }, {}, direct)).toBe(true)
  })
})
