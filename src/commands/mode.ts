import { may } from '../access.ts'
import { permissionModes } from '../claude/turn.ts'
import { isLooser } from '../conversation/looser.ts'
import { quoted } from '../words/quoted.ts'
import { type OrderedCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

export const mode: OrderedCommand = {
  ...worded('mode', [{ name: 'mode', type: 'choice', choices: permissionModes }]),
  when: 'in-order',
  changes: 'with-arguments',
  async run({ args, words, config, person }, conversation) {
    const texts = words.commands.mode
    const configured = config.claude.permissionMode ?? 'default'
    if (args === '') return texts.now(conversation.record?.permissionMode ?? configured)
    const wanted = permissionModes.find((each) => each.toLowerCase() === args.toLowerCase())
    if (wanted === undefined) {
      throw new CommandError(texts.unknown(quoted(args), permissionModes))
    }
    // Whoever runs the machine decides whether anything may run unasked; a chat user does not.
    if (wanted === 'bypassPermissions' && configured !== 'bypassPermissions') {
      throw new CommandError(texts.closed)
    }
    // It would be leave for all that whoever may decide is asked for.
    if (isLooser(wanted, configured) && !may(person.role, 'decide-own')) {
      throw new CommandError(words.refusals.looser(configured))
    }
    await conversation.setPermissionMode(wanted)
    return texts.changed(wanted)
  },
}
