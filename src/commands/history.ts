import type { HistoryEntry } from '../store/records.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { type ImmediateCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

const standard = 10
const most = 100

export const history: ImmediateCommand = {
  ...worded('history', [{ name: 'number', type: 'number' }]),
  when: 'now',
  async run({ args, words, store, place, recorded }) {
    await recorded()
    const texts = words.commands.history
    const entries = await store.history.read(place.conversation, { limit: wanted(args, words) })
    if (entries.length === 0) return texts.nothing
    return entries.map((entry) => entryText(entry, words)).join('\n\n')
  },
}

function wanted(args: string, { commands }: Words): number {
  if (args === '') return standard
  if (!/^\d+$/.test(args) || Number(args) < 1 || Number(args) > most) {
    throw new CommandError(commands.history.form(most, quoted(args)))
  }
  return Number(args)
}

/** A line of the history, for people. */
export function entryText({ at, role, text, user }: HistoryEntry, { commands, format }: Words): string {
  const who = role === 'user' ? (user ?? commands.history.you) : role === 'assistant' ? 'Claude' : 'Parley'
  return `**${who}** ${format.moment(at)}\n\n${text}`
}
