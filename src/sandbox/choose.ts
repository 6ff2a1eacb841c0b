/** Which walls there are, by the config and by what works on this machine. */
import type { Log } from '../contract.ts'
import { type BwrapOptions, openBwrap } from './bwrap.ts'
import { none } from './none.ts'
import { type Sandbox, SandboxError } from './port.ts'

/** `auto`: the best that works here; none where whoever started the process is the only one who writes. */
export const sandboxes = ['auto', 'bwrap', 'none'] as const
type Wanted = (typeof sandboxes)[number]

/**
 * `alone`: nobody writes but whoever started the process. `options`: what of the config takes walls. Throws {@link SandboxError} where what is wanted does not work,
 * and where several would share one machine without walls.
 */
export async function chooseSandbox(
  wanted: Wanted,
  alone: boolean,
  log: Log,
  options: BwrapOptions = {},
): Promise<Sandbox> {
  const needed = Object.values(options).some((option) => option !== undefined)
  if (wanted === 'none' && needed)
    throw new SandboxError('`walls` in the config needs walls: `sandbox: auto` or `bwrap`, not `none`.')
  if (wanted === 'none') {
    const fields = { sandbox: 'none' }
    if (!alone)
      log.warn(fields, 'sandbox: none: everybody who may talk to the bot can read what this user can read')
    return none
  }
  if (wanted === 'auto' && alone && !needed) return none
  try {
    return await openBwrap(process.env.PATH, options)
  } catch (error) {
    if (!(error instanceof SandboxError) || wanted !== 'auto' || needed) throw error
    throw new SandboxError(
      `Several people would share this machine without walls between their files. ${error.message} Or, where all who may talk to the bot may see each other's files, and yours: \`sandbox: none\` in the config.`,
      { cause: error },
    )
  }
}
