import { type OrderedCommand, CommandError } from './command.ts'

export const model: OrderedCommand = {
  name: 'model',
  usage: '[name | default]',
  summary: 'shows or sets the model, from the next message on',
  arguments: [{ name: 'name', type: 'text', summary: 'as Claude names it, or `default`' }],
  when: 'in-order',
  async run({ args, config }, conversation) {
    const standard = config.claude.model ?? 'the default of your Claude account'
    if (args === '')
      return `Model: ${conversation.record?.model ?? standard}. \`/model opus\` changes it, \`/model default\` goes back.`
    if (!/^[\w.:@/[\]-]{1,120}$/.test(args)) {
      throw new CommandError(
        'A model is named by one word, e.g. `/model sonnet` or `/model claude-opus-4-1`.',
      )
    }
    if (args === 'default') {
      await conversation.setModel(undefined)
      return `Back to ${standard}.`
    }
    await conversation.setModel(args)
    return `Model: \`${args}\`, from your next message on. If there is no such model, that message will say so.`
  },
}
