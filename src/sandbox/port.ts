/** How a CLI process is walled in, with all that it starts: its tools, its hooks, its MCP servers. */

/** A program that is to be started. */
export interface Command {
  /** Absolute path. */
  readonly path: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole of its environment. */
  readonly env: Readonly<Record<string, string>>
}

/** Absolute paths of folders and files that exist. Of all else a user can put on a disk it sees nothing. */
export interface Walls {
  /** What it may change. */
  readonly writable: readonly string[]
  /** What it may read besides the system's programs. */
  readonly readable: readonly string[]
  /** Whose process it is: limits are shared by all of the same. */
  readonly person: string
}

export interface Sandbox {
  readonly name: 'bwrap' | 'none'
  /** What of the configured limits does not hold here, in words for whoever runs the bot. */
  readonly missing: readonly string[]
  /** The command that starts this one within the walls; what else the command has is kept. */
  wrap<C extends Command>(command: C, walls: Walls): C
}

/** `unavailable`: it does not work on this machine. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly code = 'unavailable'
}
