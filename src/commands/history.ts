import type { HistoryEntry } from '../store/records.ts'
import { type ImmediateCommand, CommandError } from './command.ts'

const standard = 10
const most = 100

export const history: ImmediateCommand = {
  name: 'history',
  usage: '[number]',
  summary: `shows the last messages of this conversation (${standard}, at most ${most})`,
  arguments: [{ name: 'number', type: 'number', summary: `1 to ${most}` }],
  when: 'now',
  async run({ args, store, place }) {
    const entries = await store.history.read(place.conversation, { limit: wanted(args) })
    return entries.length === 0 ? 'Nothing was said yet.' : entries.map(entryText).join('\n\n')
  },
}

function wanted(args: string): number {
  if (args === '') return standard
  if (!/^\d+$/.test(args) || Number(args) < 1 || Number(args) > most) {
    throw new CommandError(
      `/history takes a number from 1 to ${most}, e.g. \`/history 20\`, not \`${args}\`.`,
    )
  }
  return Number(args)
}

/** A line of the history, for people. */
export function entryText({ at, role, text, user }: HistoryEntry): string {
  const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  const who = role === 'user' ? (user ?? 'you') : role === 'assistant' ? 'Claude' : 'Parley'
  return `**${who}** ${time}\n\n${text}`
}
