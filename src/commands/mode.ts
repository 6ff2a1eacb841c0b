import { permissionModes } from '../claude/turn.ts'
import { type OrderedCommand, CommandError } from './command.ts'

export const mode: OrderedCommand = {
  name: 'mode',
  usage: `[${permissionModes.join(' | ')}]`,
  summary: 'shows or sets what Claude may do without asking',
  arguments: [
    { name: 'mode', type: 'choice', choices: permissionModes, summary: 'what may be done unasked' },
  ],
  when: 'in-order',
  async run({ args, config }, conversation) {
    const configured = config.claude.permissionMode ?? 'default'
    if (args === '') return `Permission mode: ${conversation.record?.permissionMode ?? configured}.`
    const wanted = permissionModes.find((each) => each.toLowerCase() === args.toLowerCase())
    if (wanted === undefined) {
      throw new CommandError(
        `There is no mode \`${args.slice(0, 40)}\`. The modes are: ${permissionModes.join(', ')}.`,
      )
    }
    // Whoever runs the machine decides whether anything may run unasked; a chat user does not.
    if (wanted === 'bypassPermissions' && configured !== 'bypassPermissions') {
      throw new CommandError(
        '`bypassPermissions` is not open here: only the operator can set it, as `claude.permissionMode` in the config.',
      )
    }
    await conversation.setPermissionMode(wanted)
    return `Permission mode: ${wanted}, from your next message on.`
  },
}
