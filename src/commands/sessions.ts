import { type ImmediateCommand, CommandError } from './command.ts'
import { type Listed, listSessions } from './session-list.ts'

export const sessions: ImmediateCommand = {
  name: 'sessions',
  usage: '[all]',
  summary: 'lists your sessions here; `all` with those put away',
  arguments: [{ name: 'which', type: 'choice', choices: ['all'], summary: 'with those put away' }],
  when: 'now',
  async run({ args, store, place }) {
    if (args !== '' && args !== 'all')
      throw new CommandError(`/sessions takes \`all\` or nothing, not \`${args}\`.`)
    const all = await listSessions(store, place.conversation)
    const shown = all.filter(({ record }) => args === 'all' || record.archivedAt === undefined)
    const away = all.length - shown.length
    const more = away === 0 ? '' : `\n\n${away} more put away: \`/sessions all\`.`
    if (shown.length === 0) return `No session yet: your first message starts one.${more}`
    const table = ['| | name | turns | last used | |', '|--:|---|--:|---|---|', ...shown.map(row)].join('\n')
    return `${table}\n\n\`/resume <number or name>\` goes on with one.${more}`
  },
}

function row({ number, record, active }: Listed): string {
  const { name = '', turns, lastAt, folder, archivedAt } = record
  const state = active ? 'you are here' : archivedAt === undefined ? '' : 'put away'
  const where = folder === undefined ? '' : `in \`${folder}\``
  const used = new Date(lastAt).toISOString().slice(0, 16).replace('T', ' ')
  return `| ${number} | ${name} | ${turns} | ${used} | ${[state, where].filter(Boolean).join(', ')} |`
}
