import { homeDirs } from '../conversation/home.ts'
import { withoutWorkspace } from '../conversation/tool-title.ts'
import { type OrderedCommand, CommandError } from './command.ts'

const texts = {
  nothing: 'There is no turn to undo in this session.',
  unchanged: 'Your last turn changed no file that can be put back.',
  form: '/undo takes `yes` or nothing: without it you see first what would change.',
  preview: (changes: string): string =>
    `Undoing your last turn would put back:\n\n${changes}\n\n\`/undo yes\` does it. What was said stays; what commands did to files is not known and stays too.`,
  done: (changes: string): string => `Put back to before your last turn:\n\n${changes}`,
}

export const undo: OrderedCommand = {
  name: 'undo',
  usage: '[yes]',
  summary: 'puts files back to before the last turn; shows first what would change',
  arguments: [{ name: 'go', type: 'choice', choices: ['yes'], summary: 'do it' }],
  when: 'in-order',
  async run({ args, config, place }, conversation) {
    if (args !== '' && args !== 'yes') throw new CommandError(texts.form)
    const turnIds = conversation.record?.turnIds ?? []
    const last = turnIds.at(-1)
    if (last === undefined) throw new CommandError(texts.nothing)
    const { files, insertions, deletions } = await conversation.rewind(last, true)
    const { workspace } = homeDirs(config.dataDir, conversation.record?.home ?? place.home)
    const changes = [
      ...files.map((file) => `- \`${withoutWorkspace(file, workspace)}\``),
      `\n${insertions} lines come, ${deletions} go.`,
    ].join('\n')
    if (args === '') return files.length === 0 ? texts.unchanged : texts.preview(changes)
    await conversation.rewind(last, false)
    await conversation.change({ turnIds: turnIds.slice(0, -1) })
    return files.length === 0 ? texts.unchanged : texts.done(changes)
  },
}
