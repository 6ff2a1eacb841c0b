import { type Role, may, roles } from '../access.ts'
import { pair as letIn, welcome } from '../people/pairing.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'

const words = {
  usage: '/pair takes the code that a newcomer shows you, and if you like a role: `/pair BCDF-GHJK guest`.',
  unpairUsage: '/unpair takes the id of somebody who was paired: `/unpair <adapter>:<user id>`.',
  onlyAdmins: 'Only admins let people in.',
  role: `The roles are: ${roles.join(', ')}.`,
  tooHigh: 'You can give roles below your own.',
  never: (id: string) =>
    `\`${id}\` was not paired. Whoever stands in \`access\` of the config is taken out there.`,
  over: (id: string) => `\`${id}\` has no role by pairing any more.`,
}

export const pair: ImmediateCommand = {
  name: 'pair',
  usage: 'CODE [role]',
  summary: 'lets in whoever shows you this code (admins)',
  arguments: [
    { name: 'code', type: 'text', required: true, summary: 'the code that the newcomer shows you' },
    { name: 'role', type: 'choice', choices: roles, summary: 'member unless you say so' },
  ],
  when: 'now',
  async run(desk) {
    onlyAdmins(desk)
    const [code = '', role, ...more] = desk.args.split(/\s+/)
    if (code === '' || more.length > 0) throw new CommandError(words.usage)
    const paired = await letIn(desk, desk.person.id, code, roleNamed(role, desk.person.role))
    if (!paired.ok) throw new CommandError(paired.words)
    await desk.queue.post([welcome(paired.newcomer)])
    return paired.words
  },
}

export const unpair: ImmediateCommand = {
  name: 'unpair',
  usage: 'ID',
  summary: 'takes back what /pair gave (admins)',
  arguments: [{ name: 'id', type: 'text', required: true, summary: '`<adapter>:<user id>`' }],
  when: 'now',
  async run(desk) {
    onlyAdmins(desk)
    const id = desk.args
    if (!/^[a-z][\w-]*:\S+$/.test(id)) throw new CommandError(words.unpairUsage)
    const { granted } = await desk.people.byId(id)
    if (granted === undefined) throw new CommandError(words.never(id))
    if (!isBelow(granted, desk.person.role)) throw new CommandError(words.tooHigh)
    await desk.people.grant(id, undefined)
    return words.over(id)
  },
}

function onlyAdmins({ person }: Desk): void {
  if (!may(person.role, 'manage-people')) throw new CommandError(words.onlyAdmins)
}

function roleNamed(name: string | undefined, own: Role | undefined): Role {
  const role = roles.find((each) => each === (name ?? 'member').toLowerCase())
  if (role === undefined) throw new CommandError(words.role)
  if (!isBelow(role, own)) throw new CommandError(words.tooHigh)
  return role
}

/** Owners may make and unmake everybody, each other too. */
function isBelow(role: Role, own: Role | undefined): boolean {
  return may(own, 'manage-admins') || (own !== undefined && roles.indexOf(role) < roles.indexOf(own))
}
