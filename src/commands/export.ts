import { fence } from '../words/quoted.ts'
import type { HistoryEntry } from '../store/records.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { entryText } from './history.ts'
import { type ImmediateCommand, type WithFile, CommandError } from './command.ts'
import { worded } from './worded.ts'

const forms = ['markdown', 'json']

type Exported = Omit<WithFile, 'words'>

export const exportHistory: ImmediateCommand = {
  ...worded('export', [
    { name: 'form', type: 'choice', choices: forms },
    { name: 'which', type: 'choice', choices: ['all'] },
  ]),
  when: 'now',
  async run({ args, words, store, place, recorded }) {
    await recorded()
    const given = args
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '')
    const odd = given.find((word) => !forms.includes(word) && word !== 'all')
    if (odd !== undefined) throw new CommandError(words.commands.export.form(quoted(odd)))
    const record = await store.sessions.get(place.conversation)
    const entries = await store.history.read(place.conversation)
    const wanted = given.includes('all')
      ? entries
      : entries.filter(({ sessionId }) => sessionId === record?.sessionId)
    if (wanted.length === 0) return words.commands.history.nothing
    const title = given.includes('all') ? 'sessions' : (record?.name ?? 'session')
    const { file, inWords } = given.includes('json')
      ? asJson(title, wanted)
      : asMarkdown(title, wanted, words)
    return { words: words.commands.export.done(file.name), file, inWords }
  },
}

function asMarkdown(title: string, entries: readonly HistoryEntry[], words: Words): Exported {
  const content = entries.map((entry) => entryText(entry, words)).join('\n\n')
  return { file: { name: `${title}.md`, mime: 'text/markdown', content }, inWords: content }
}

function asJson(title: string, entries: readonly HistoryEntry[]): Exported {
  const rows = entries.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry }))
  const content = JSON.stringify(rows, null, 2)
  const file = { name: `${title}.json`, mime: 'application/json', content }
  return { file, inWords: fence(content, 'json') }
}
