import { fence } from '../conversation/approval-text.ts'
import type { HistoryEntry } from '../store/records.ts'
import { entryText } from './history.ts'
import { type ImmediateCommand, CommandError } from './command.ts'

const forms = ['markdown', 'json']

export const exportHistory: ImmediateCommand = {
  name: 'export',
  usage: '[markdown | json] [all]',
  summary: 'shows this session whole, to keep; `all`: every session here',
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
    return words.includes('json') ? asJson(wanted) : wanted.map(entryText).join('\n\n')
  },
}

function asJson(entries: readonly HistoryEntry[]): string {
  const rows = entries.map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry }))
  return fence(JSON.stringify(rows, null, 2), 'json')
}
