import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { type ImmediateCommand, CommandError } from './command.ts'
import { type Listed, listSessions } from './session-list.ts'
import { worded } from './worded.ts'

export const sessions: ImmediateCommand = {
  ...worded('sessions', [{ name: 'which', type: 'choice', choices: ['all'] }]),
  when: 'now',
  async run({ args, words, store, place }) {
    const texts = words.commands.sessions
    const which = args.toLowerCase()
    if (which !== '' && which !== 'all') throw new CommandError(texts.form(quoted(args)))
    const all = await listSessions(store, place.conversation)
    const shown = all.filter(({ record }) => which === 'all' || record.archivedAt === undefined)
    const away = all.length - shown.length
    const more = away === 0 ? [] : [texts.moreAway(away)]
    if (shown.length === 0) return [texts.none, ...more].join('\n\n')
    const { name, turns, used } = texts.columns
    const head = [`| | ${name} | ${turns} | ${used} | |`, '|--:|---|--:|---|---|']
    const table = [...head, ...shown.map((each) => row(each, words))].join('\n')
    return [table, texts.hint, ...more].join('\n\n')
  },
}

function row({ number, record, active }: Listed, words: Words): string {
  const texts = words.commands.sessions
  const { name = '', turns, lastAt, folder, archivedAt } = record
  const state = active ? texts.here : archivedAt === undefined ? '' : texts.away
  const where = folder === undefined ? '' : texts.folder(folder)
  const notes = words.format.items([state, where].filter(Boolean))
  return `| ${number} | ${name} | ${turns} | ${words.format.moment(lastAt)} | ${notes} |`
}
