import { may, rightsOf } from '../access.ts'
import type { KnownPerson } from '../people/people.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

/** People in the list; a bot may know thousands. */
const most = 50

export const who: ImmediateCommand = {
  ...worded('who'),
  when: 'now',
  async run({ words, person, people, config }) {
    const texts = words.commands.who
    const named = ({ ids, role = 'guest' }: KnownPerson): string =>
      texts.named(ids.map((id) => `\`${id}\``).join(' = '), words.people.roles[role])
    const all = may(person.role, 'manage-people')
    const known = (await people.all()).filter(
      ({ id, role }) => id !== person.id && role !== undefined && (all || may(role, 'decide-for-others')),
    )
    const lines = known.slice(0, most).map((each) => `- ${named(each)}`)
    if (known.length > most) lines.push(texts.more(known.length - most))
    const title = all ? texts.others : texts.entitled
    const others = lines.length === 0 ? [] : [title, lines.join('\n')]
    const own = rightsOf(person.role).map((right) => words.people.rights[right])
    const groups = person.groups.length === 0 ? [] : [texts.groups(person.groups)]
    return [texts.you(named(person), own), ...groups, texts.here[config.sessions.scope], ...others].join(
      '\n\n',
    )
  },
}
