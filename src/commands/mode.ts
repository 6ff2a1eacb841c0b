import { type Role, may } from '../access.ts'
import { type PermissionMode, permissionModes } from '../claude/turn.ts'
import { isLooser } from '../conversation/looser.ts'
import type { Words } from '../words/en.ts'
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
    const wanted = modeFor(args, configured, person.role, words)
    if ('refused' in wanted) throw new CommandError(wanted.refused)
    await conversation.setPermissionMode(wanted.mode)
    return texts.changed(wanted.mode)
  },
}

/** The mode that is asked for, or why whoever has this role does not get it; `known`: there is such a one. */
export function modeFor(
  asked: string,
  configured: PermissionMode,
  role: Role | undefined,
  words: Words,
): { readonly mode: PermissionMode } | { readonly refused: string; readonly known: boolean } {
  const texts = words.commands.mode
  const wanted = permissionModes.find((each) => each.toLowerCase() === asked.toLowerCase())
  if (wanted === undefined) return { refused: texts.unknown(quoted(asked), permissionModes), known: false }
  // Whoever runs the machine decides whether anything may run unasked; a chat user does not.
  if (wanted === 'bypassPermissions' && configured !== 'bypassPermissions')
    return { refused: texts.closed, known: true }
  // It would be leave for all that whoever may decide is asked for.
  if (isLooser(wanted, configured) && !may(role, 'decide-own'))
    return { refused: words.refusals.looser(configured), known: true }
  return { mode: wanted }
}
