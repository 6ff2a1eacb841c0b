import { type Right, type Role, may, rights } from '../access.ts'
import type { KnownPerson } from '../people/people.ts'
import type { ImmediateCommand } from './command.ts'

/** People in the list; a bot may know thousands. */
const most = 50

const words = {
  you: (person: KnownPerson) => `You are ${named(person)}. You may ${list(rightsOf(person.role))}.`,
  here: {
    user: 'Everybody has a session and a workspace of their own, wherever they write.',
    thread: 'Each thread has a session of its own; in a shared chat all take part in it.',
    channel: 'Each chat has a session of its own; in a shared chat all take part in it.',
  },
  others: 'People whom I know:',
  entitled: 'These may decide and stop for others:',
  more: (count: number) => `… and ${count} more.`,
}

export const who: ImmediateCommand = {
  name: 'who',
  usage: '',
  summary: 'shows who may do what here, and which accounts are linked',
  when: 'now',
  async run({ person, people, config }) {
    const all = may(person.role, 'manage-people')
    const known = (await people.all()).filter(
      ({ id, role }) => id !== person.id && role !== undefined && (all || may(role, 'decide-for-others')),
    )
    const lines = known.slice(0, most).map((each) => `- ${named(each)}`)
    if (known.length > most) lines.push(words.more(known.length - most))
    const title = all ? words.others : words.entitled
    const others = lines.length === 0 ? [] : [title, lines.join('\n')]
    return [words.you(person), words.here[config.sessions.scope], ...others].join('\n\n')
  },
}

function named({ ids, role = 'guest' }: KnownPerson): string {
  return `${ids.map((id) => `\`${id}\``).join(' = ')}, ${role}`
}

function rightsOf(role: Role | undefined): readonly string[] {
  return Object.entries(rights).flatMap(([right, text]) => (isRight(right) && may(role, right) ? [text] : []))
}

function isRight(name: string): name is Right {
  return name in rights
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
}
