import { homeDirs } from '../conversation/home.ts'
import { withoutWorkspace } from '../conversation/tool-title.ts'
import { type OrderedCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const undo: OrderedCommand = {
  ...worded('undo', [{ name: 'go', type: 'choice', choices: ['yes'] }]),
  when: 'in-order',
  changes: 'with-arguments',
  async run({ args, words, config, place }, conversation) {
    const texts = words.commands.undo
    const go = args.toLowerCase()
    if (go !== '' && go !== 'yes') throw new CommandError(texts.form)
    const turnIds = conversation.record?.turnIds ?? []
    const last = turnIds.at(-1)
    if (last === undefined) throw new CommandError(texts.nothing)
    const { files, insertions, deletions } = await conversation.rewind(last, true)
    const { workspace } = homeDirs(config.dataDir, conversation.record?.home ?? place.home)
    const changes = [
      ...files.map((file) => `- \`${withoutWorkspace(file, workspace)}\``),
      `\n${texts.lines(insertions, deletions)}`,
    ].join('\n')
    if (go === '') return files.length === 0 ? texts.unchanged : texts.preview(changes)
    await conversation.rewind(last, false)
    await conversation.change({ turnIds: turnIds.slice(0, -1) })
    return files.length === 0 ? texts.unchanged : texts.done(changes)
  },
}
