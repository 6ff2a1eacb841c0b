/** Which permission mode asks less than another. Pure. */
import type { PermissionMode } from '../claude/turn.ts'

const looseness: Readonly<Record<PermissionMode, number>> = {
  plan: 0,
  dontAsk: 0,
  default: 1,
  acceptEdits: 2,
  bypassPermissions: 3,
}

/** Does Claude do anything unasked in `mode` that it asks for in `than`? */
export function isLooser(mode: PermissionMode, than: PermissionMode): boolean {
  return looseness[mode] > looseness[than]
}
