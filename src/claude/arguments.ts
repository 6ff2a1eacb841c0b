/** Session options -> the CLI's arguments. Pure. */
import { offeredServer } from './offered-tools.ts'
import { isAtLeast } from './versions.ts'
import { ClaudeError, type SessionOptions } from './turn.ts'

/** Files that hold what must not stand in the argument list, which every user of the machine can read. */
export interface ArgumentFiles {
  readonly mcpConfig?: string
  readonly settings?: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Every value is joined to its flag by `=`, so that none can be taken for a flag itself: `--resume --version`
 * prints the version. @throws ClaudeError `config` when the session id is no uuid.
 */
export function argumentsFor(options: SessionOptions, version: string, files: ArgumentFiles = {}): string[] {
  const { claude } = options
  if (!uuid.test(options.sessionId)) {
    throw new ClaudeError(
      'config',
      `The session id ${JSON.stringify(options.sessionId)} is not a uuid in lower case.`,
    )
  }
  const append = claude.appendSystemPrompt
  return [
    '-p',
    '--verbose',
    '--input-format=stream-json',
    '--output-format=stream-json',
    '--include-partial-messages',
    '--replay-user-messages',
    '--permission-prompt-tool=stdio',
    // Nothing that lies in a workspace may configure the CLI: settings there can run code and redirect the API key.
    '--setting-sources=',
    '--strict-mcp-config',
    ...sessionFlags(options),
    ...(options.fleeting === true ? ['--no-session-persistence'] : []),
    ...flag('--model', options.model ?? claude.model),
    ...flag('--permission-mode', options.permissionMode ?? claude.permissionMode),
    ...flag('--effort', options.effort),
    ...claude.allowedTools.map((rule) => `--allowedTools=${rule}`),
    ...(offersTools(options) ? [`--allowedTools=mcp__${offeredServer}`] : []),
    ...claude.disallowedTools.map((rule) => `--disallowedTools=${rule}`),
    ...flag('--append-system-prompt', append),
    // Without this a session keeps the system prompt that it was started with, also when the config has changed.
    ...(append !== undefined && isAtLeast(version, '2.1.329') ? ['--system-prompt-snapshot=off'] : []),
    ...flag('--max-turns', claude.maxTurns),
    ...flag('--max-budget-usd', claude.maxBudgetUsd),
    // Whoever works in another folder still reaches what was sent to the workspace.
    ...flag('--add-dir', options.folder === undefined ? undefined : options.workspace),
    ...claude.addDirs.map((dir) => `--add-dir=${dir}`),
    ...flag('--mcp-config', files.mcpConfig),
    ...flag('--settings', files.settings),
  ]
}

function sessionFlags({ resume, sessionId, forkOf }: SessionOptions): string[] {
  if (resume) return [`--resume=${sessionId}`]
  if (forkOf === undefined) return [`--session-id=${sessionId}`]
  return [`--resume=${forkOf}`, '--fork-session', `--session-id=${sessionId}`]
}

export function offersTools({ tools = [] }: Pick<SessionOptions, 'tools'>): boolean {
  return tools.length > 0
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${name}=${value}`]
}
