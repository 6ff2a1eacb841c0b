import { fence } from '../conversation/approval-text.ts'
import type { TextFile } from '../files/outbox.ts'
import type { HistoryEntry } from '../store/records.ts'
import { entryText } from './history.ts'
import { type ImmediateCommand, type WithFile, CommandError } from './command.ts'

const forms = ['markdown', 'json']

export const exportHistory: ImmediateCommand = {
  name: 'export',
  usage: '[markdown | json] [all]',
  summary: 'gives you what was said in this session, to keep; `all`: in every session here',
  arguments: [
    { name: 'form', type: 'choice', choices: forms, summary: 'markdown unless you say so' },
    { name: 'which', type: 'choice', choices: ['all'], summary: 'every session here' },
  ],
  when: 'now',
  async run({ args, store, place }) {
    const words = args.split(/\s+/).filter((word) => word !== '')
    const odd = words.find((word) => !forms.includes(word) && word !== 'all')
    if (odd !== undefined)
      throw new CommandError(`/export takes \`markdown\`, \`json\` and \`all\`, not \`${odd}\`.`)
    const record = await store.sessions.get(place.conversation)
    const entries = await store.history.read(place.conversation)
    const wanted = words.includes('all')
      ? entries
      : entries.filter(({ sessionId }) => sessionId === record?.sessionId)
    if (wanted.length === 0) return 'Nothing was said yet.'
    const title = words.includes('all') ? 'sessions' : (record?.name ?? 'session')
    return words.includes('json') ? asJson(title, wanted) : asMarkdown(title, wanted)
  },
}

function asMarkdown(title: string, entries: readonly HistoryEntry[]): WithFile {
  const content = entries.map(entryText).join('\n\n')
  return handed({ name: `${title}.md`, mime: 'text/markdown', content }, content)
}

function asJson(title: string, entries: readonly HistoryEntry[]): WithFile {
  const rows = entries.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry }))
  const content = JSON.stringify(rows, null, 2)
  return handed({ name: `${title}.json`, mime: 'application/json', content }, fence(content, 'json'))
}

function handed(file: TextFile, inWords: string): WithFile {
  return { words: `What was said is in \`${file.name}\`.`, file, inWords }
}
