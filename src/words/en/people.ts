/** Roles and what they may do, pairing of newcomers, linking of accounts. */
import type { Right, Role } from '../../access.ts'

const roles: Readonly<Record<Role, string>> = {
  guest: 'guest',
  member: 'member',
  operator: 'operator',
  admin: 'admin',
  owner: 'owner',
}

const rights: Readonly<Record<Right, string>> = {
  talk: 'talk with Claude',
  'decide-own': 'decide what Claude may do in the own turns',
  'decide-for-others': "decide in others' turns",
  'stop-others': "stop others' turns",
  operate: 'see how the whole bot is doing',
  'grant-money': 'grant money beyond a budget',
  'manage-people': 'let people in',
  'manage-admins': 'make admins',
}

export const people = { roles, rights }
