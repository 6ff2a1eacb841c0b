/** Commands about sessions, and where Claude works. */
import { format } from '../format.ts'

/** Where Claude can work instead. */
function open(names: readonly string[]): string {
  return names.length === 0
    ? '`/cd .` goes back to the workspace itself.'
    : `Open to you: ${format.list(names)}; \`/cd .\` goes back to the workspace itself.`
}

export const sessions = {
  new: {
    usage: '[name]',
    summary: 'starts a new session; the one before rests, files in the workspace stay',
    arguments: { name: 'what you will call it' },
    done: 'A new session starts with your next message. Files in the workspace are still there; `/sessions` shows the earlier ones.',
  },
  sessions: {
    usage: '[all]',
    summary: 'lists your sessions here; `all` with those put away',
    arguments: { which: 'with those put away' },
    form: (given: string) => `/sessions takes \`all\` or nothing, not \`${given}\`.`,
    none: 'No session yet: your first message starts one.',
    columns: { name: 'name', turns: 'turns', used: 'last used' },
    here: 'you are here',
    away: 'put away',
    folder: (folder: string) => `in \`${folder}\``,
    hint: '`/resume <number or name>` goes on with one.',
    moreAway: (count: number) => `${count} more put away: \`/sessions all\`.`,
  },
  resume: {
    usage: '<number | name>',
    summary: 'goes on with an earlier session',
    arguments: { session: 'number or name, as `/sessions` shows them' },
    form: '/resume wants the number or name of a session: `/sessions` lists them.',
    already: (title: string) => `You are in ${title} already.`,
    done: (title: string) => `Back in ${title}: it goes on with your next message.`,
  },
  rename: {
    usage: '<name>',
    summary: 'names the session that you are in',
    arguments: { name: 'what you will call it' },
    form: '/rename wants a name, e.g. `/rename release notes`.',
    done: (name: string) => `This session is \`${name}\` now: \`/resume ${name}\` comes back to it.`,
  },
  fork: {
    usage: '[name]',
    summary: 'goes on in a copy of this session; the original rests as it is',
    arguments: { name: 'what you will call the copy' },
    nothing: 'There is nothing to fork yet: nothing was said in this session.',
    done: 'You are in a copy of the session from your next message on. `/sessions` shows the original.',
  },
  cd: {
    usage: '[project | folder | .]',
    summary: 'shows or changes where Claude works; each folder has its own sessions',
    arguments: { folder: 'a project, a folder of your workspace, or `.` for the workspace' },
    workspace: 'your workspace',
    here: (where: string) => `Claude works in ${where}. \`/projects\` shows where else it can.`,
    already: (where: string) => `Claude works in ${where} already.`,
    outside: (given: string, names: readonly string[]) =>
      `\`${given}\` leads out of your workspace: that is not open to you. ${open(names)}`,
    noFolder: (given: string, names: readonly string[], near: string | undefined) =>
      `There is no folder \`${given}\` in your workspace, and no such project. ${near === undefined ? open(names) : `Did you mean \`/cd ${near}\`?`}`,
    begins: (where: string) =>
      `Claude works in ${where} now. A new session starts there with your next message.`,
    goesOn: (where: string) =>
      `Claude works in ${where} now. Your last session there goes on with your next message.`,
  },
  projects: {
    usage: '',
    summary: 'shows the folders that Claude can work in',
    shared: 'Projects that everybody here shares:',
    own: 'Folders of your workspace:',
    hint: '`/cd <name>` goes there, `/cd .` back to your workspace.',
  },
}
