import { type Role, may, roles } from '../access.ts'
import { pair as letIn, welcome } from '../people/pairing.ts'
import { wordsIn } from '../words/words.ts'
import { type Desk, type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const pair: ImmediateCommand = {
  ...worded('pair', [
    { name: 'code', type: 'text', required: true },
    { name: 'role', type: 'choice', choices: roles },
  ]),
  when: 'now',
  async run(desk) {
    onlyAdmins(desk)
    const [code = '', role, ...more] = desk.args.split(/\s+/)
    if (code === '' || more.length > 0) throw new CommandError(desk.words.commands.pair.form)
    const paired = await letIn(desk, desk.person.id, code, roleNamed(role, desk))
    if (!paired.ok) throw new CommandError(paired.words)
    const { newcomer } = paired
    const { language } = await desk.people.byId(newcomer.id, newcomer.locale)
    await desk.queue.post([welcome(newcomer, wordsIn(language))])
    return paired.words
  },
}

export const unpair: ImmediateCommand = {
  ...worded('unpair', [{ name: 'id', type: 'text', required: true }]),
  when: 'now',
  async run(desk) {
    onlyAdmins(desk)
    const id = desk.args
    const texts = desk.words.commands.unpair
    if (!/^[a-z][\w-]*:\S+$/.test(id)) throw new CommandError(texts.form)
    const { granted } = await desk.people.byId(id)
    if (granted === undefined) throw new CommandError(texts.never(id))
    if (!isBelow(granted, desk.person.role)) throw new CommandError(desk.words.commands.pair.tooHigh)
    await desk.people.grant(id, undefined)
    return texts.done(id)
  },
}

function onlyAdmins({ person, words }: Desk): void {
  if (!may(person.role, 'manage-people')) throw new CommandError(words.commands.pair.onlyAdmins)
}

function roleNamed(name: string | undefined, { person, words }: Desk): Role {
  const texts = words.commands.pair
  const role = roles.find((each) => each === (name ?? 'member').toLowerCase())
  if (role === undefined) throw new CommandError(texts.roles)
  if (!isBelow(role, person.role)) throw new CommandError(texts.tooHigh)
  return role
}

/** Owners may make and unmake everybody, each other too. */
function isBelow(role: Role, own: Role | undefined): boolean {
  return may(own, 'manage-admins') || (own !== undefined && roles.indexOf(role) < roles.indexOf(own))
}
