/** Commands about people. */
import { roles } from '../../../access.ts'
import { format } from '../format.ts'

export const people = {
  who: {
    usage: '',
    summary: 'shows who may do what here, and which accounts are linked',
    named: (ids: string, role: string) => `${ids}, ${role}`,
    you: (named: string, rights: readonly string[]) => `You are ${named}. You may ${format.list(rights)}.`,
    groups: (names: readonly string[]) =>
      `Lists in the config may also name you as ${format.list(names.map((name) => `\`${name}\``))}.`,
    here: {
      user: 'Everybody has a session and a workspace of their own, wherever they write.',
      thread: 'Each thread has a session of its own; in a shared chat all take part in it.',
      channel: 'Each chat has a session of its own; in a shared chat all take part in it.',
    },
    others: 'People whom I know:',
    entitled: 'These may decide and stop for others:',
    more: (count: number) => `… and ${count} more.`,
  },
  lang: {
    usage: '[en | zh]',
    summary: 'shows or sets the language in which the bot itself speaks to you',
    arguments: { language: '`en` English, `zh` 简体中文' },
    unknown: (given: string) => `I do not speak \`${given}\`. \`/lang en\`: English. \`/lang zh\`: 简体中文.`,
    now: 'I speak English with you. `/lang zh`: 简体中文.',
    changed:
      'I speak English with you from now on, on all your accounts. Claude answers in the language that you write.',
  },
  link: {
    usage: '[CODE]',
    summary: 'makes your accounts on several platforms one: shows a code, or takes one',
    arguments: { code: 'the code that the other platform showed you' },
    form: '/link takes nothing, or a code of eight letters and digits as your other account was shown it: `/link BCDF-GHJK`.',
    directOnly: 'Codes are for you alone: write this to me in a direct chat.',
  },
  handoff: {
    usage: '[back]',
    summary:
      'goes on here with the conversation that you wrote in last elsewhere, and what is under way in it',
    arguments: { way: '`back`: this chat goes on with its own conversation again' },
    form: (given: string) => `/handoff takes \`back\` or nothing, not \`${given}\`.`,
    back: 'This chat goes on with its own conversation again. What is under way in the other one is still answered here.',
    nothing: 'Your conversation is here already, and nothing of yours is under way in another chat.',
    done: 'Your conversation goes on here.',
    closed:
      'The conversation that you moved here belongs to a chat where I may no longer be used: this chat goes on with its own conversation again.',
    moved: (messages: number, questions: number): string => {
      const parts = [
        ...(messages === 0 ? [] : [messages === 1 ? '1 message' : `${messages} messages`]),
        ...(questions === 0 ? [] : [questions === 1 ? '1 open question' : `${questions} open questions`]),
      ]
      return parts.length === 0 ? '' : `Moved here: ${format.list(parts)}.`
    },
  },
  unlink: {
    usage: '[ID]',
    summary: 'parts this account, or the one named, from your others',
    arguments: { id: '`<adapter>:<user id>`, as `/who` shows it' },
    notLinked: 'This account is linked with no other.',
    notYours: (id: string, ids: readonly string[]) =>
      `\`${id}\` is no account of yours. Yours are: ${ids.map((each) => `\`${each}\``).join(', ')}.`,
  },
  pair: {
    usage: 'CODE [role]',
    summary: 'lets in whoever shows you this code (admins)',
    arguments: { code: 'the code that the newcomer shows you', role: 'member unless you say so' },
    form: '/pair takes the code that a newcomer shows you, and if you like a role: `/pair BCDF-GHJK guest`.',
    onlyAdmins: 'Only admins let people in.',
    roles: `The roles are: ${roles.join(', ')}.`,
    tooHigh: 'You can give roles below your own.',
  },
  unpair: {
    usage: 'ID',
    summary: 'takes back what /pair gave (admins)',
    arguments: { id: '`<adapter>:<user id>`' },
    form: '/unpair takes the id of somebody who was paired: `/unpair <adapter>:<user id>`.',
    never: (id: string) =>
      `\`${id}\` was not paired. Whoever stands in \`access\` of the config is taken out there.`,
    done: (id: string) => `\`${id}\` has no role by pairing any more.`,
  },
  dead: {
    usage: '[retry N | drop N]',
    summary: 'shows the messages that were given up, and tries one again (admins)',
    arguments: { deed: 'try it again, or forget it', number: 'its number in the list' },
    form: '/dead shows the list; `/dead retry 2` tries the second again, `/dead drop 2` forgets it.',
    onlyAdmins: 'Only admins see to messages that were given up.',
    empty: 'No message was given up in the last 30 days.',
    none: 'There is no message of this number. /dead shows the list.',
    heading: '**Given up**, because the process that worked on them ended each time:',
    line: (who: string, when: string, died: number) => `${who}, ${when}, tried ${died} times`,
    hint: '`/dead retry 1` tries the first again, in its conversation; `/dead drop 1` forgets it.',
    retried: 'It is tried again, and answered where it was asked.',
    dropped: 'It is forgotten.',
  },
}
