/** Roles and what they may do, pairing of newcomers, linking of accounts, bots that meet. */
import type { Right, Role } from '../../access.ts'
import { format } from './format.ts'

const roles: Readonly<Record<Role, string>> = {
  guest: 'guest',
  member: 'member',
  operator: 'operator',
  admin: 'admin',
  owner: 'owner',
}

const rights: Readonly<Record<Right, string>> = {
  talk: 'talk with Claude',
  'decide-own': 'decide what Claude may do in your own turns',
  'change-shared': 'change the session of a shared chat (`/new`, `/model`, `/undo` …)',
  'decide-for-others': "decide in others' turns",
  'stop-others': "stop others' turns",
  operate: 'see how the whole bot is doing',
  'grant-money': 'grant money beyond a budget',
  'manage-people': 'let people in',
  'manage-bot': 'change settings of the bot, and end it',
  'join-others': "speak in others' sessions",
  'manage-admins': 'make admins',
}

/** How strangers are let in. */
const pairing = {
  closed: (id: string) =>
    `I may not talk with you yet. Ask whoever runs me to add \`${id}\` to \`access.allow\`.`,
  code: (code: string) =>
    `We have not met. Your code is **${code}**. Give it to an admin of mine, who enters \`/pair ${code}\`; it works for an hour.`,
  crowded: 'We have not met, and too many others are waiting to be let in. Write again in an hour.',
  welcome: 'You have been let in: write me what Claude should do. `/help` shows what I know.',
  unknown:
    'There is no such code, or it has expired or been used. Newcomers see theirs when they write to me.',
  exhausted: 'Those were too many wrong codes: no more are taken from you for an hour.',
  denied: (who: string) =>
    `${who} is barred by \`access.deny\`, which beats every role: nobody was let in. Take them out of it first; they see a new code when they write to me again.`,
  paired: (who: string, role: Role) =>
    `${who} may talk with me now, as ${roles[role]}. \`/unpair\` takes it back.`,
}

/** How accounts become one person's. */
const linking = {
  made: (code: string) =>
    `Your code is **${code}**. Write \`/link ${code}\` to me from your other account, in a direct chat; it works for 10 min. Give it to nobody: it is for yourself.`,
  entered: (maker: string, code: string) =>
    `This code was made by ${maker}. **Is that you?** Then write \`/link ${code}\` there, within 10 min. If it is not, do nothing, and pass nothing on: whoever is linked with you has your rights, reads your conversations and works in your files.`,
  warned: (holder: string) =>
    `${holder} has entered your code. **Is that you?** Then write here what was shown there: \`/link …\`. If it is not, do nothing: the code is used up.`,
  linked: (other: string) =>
    `Linked with ${other}: you have one session, one workspace and the same rights on both sides. \`/unlink\` parts you again.`,
  told: (other: string) =>
    `${other} is linked with you now: one session, one workspace and the same rights on both sides. If that was not you, write \`/unlink\` at once.`,
  kept: ' Both sides had a session: the older one goes on, the other one is in `/sessions`, with its files.',
  same: 'These accounts are linked already.',
  unknown: 'There is no such code, or it has expired or been used. `/link` makes a new one.',
  exhausted: 'Those were too many wrong codes: no more are taken from you for an hour.',
  parted: (id: string) => `\`${id}\` is on its own again, with the session and the files that it had before.`,
}

/** Two bots may have met. `silence`: milliseconds. */
const loop = {
  silent: (silence: number) =>
    `We have been answering each other so fast that I take you for a program. I am silent here for ${format.duration(silence)}. If you are not one, write again after that.`,
  told: (who: string, channel: string, replies: number, silence: number) =>
    `${who} was answered ${replies} times in a row in \`${channel}\`, faster than people write. I am silent towards them there for ${format.duration(silence)}: two bots may have met. \`access.deny\` ends it for good.`,
}

export const people = { roles, rights, pairing, linking, loop }
