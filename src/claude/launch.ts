/** Session options -> a command that can be run, with the files that it reads. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Broker, Pass } from '../broker/port.ts'
import type { Log } from '../contract.ts'
import { Folder } from '../files/folder.ts'
import { argumentsFor, type ArgumentFiles } from './arguments.ts'
import { settingsEnvironment, upstreamOf, withPass, withheld } from './credential.ts'
import { environmentFor, type Environment } from './environment.ts'
import type { Sandbox, Walls } from '../sandbox/port.ts'
import { locate } from './locate.ts'
import { login, loginDirectory } from './login.ts'
import type { CliCommand } from './process.ts'
import type { SessionOptions } from './turn.ts'
import { none } from '../sandbox/none.ts'
import { testedVersion } from './versions.ts'

/**
 * What every process of a session is marked with, whoever started it. Its id alone would not do: a program names its
 * sessions as it likes, and two people may have the same.
 */
export function sessionMark({
  sessionId,
  configDir,
}: Pick<SessionOptions, 'sessionId' | 'configDir'>): string {
  const whose = createHash('sha256').update(configDir).digest('hex').slice(0, 16)
  return `${sessionId}/${whose}/`
}

/** How a process is kept from what is not its user's. */
export interface Keeping {
  readonly sandbox?: Sandbox | undefined
  /** Absent: the process has the key itself. */
  readonly broker?: Broker | undefined
}

interface Prepared extends CliCommand {
  /** What it has in place of the model's key; absent: it has the key, or reads its login by itself. */
  readonly pass?: Pass
}

/** @throws ClaudeError as `locate` does, and `config`. */
export async function prepareCommand(
  options: SessionOptions,
  parent: Environment,
  log: Log,
  { sandbox = none, broker }: Keeping = {},
): Promise<Prepared> {
  const { path, version, tested } = await locate(options.claude.command)
  if (!tested) {
    log.warn({ version, tested: testedVersion }, 'the Claude CLI is newer than what Parley is tested with')
  }
  const temporary = join(options.home, '.tmp')
  const over = settingsEnvironment(options.claude.settings)
  const own = { ...parent, ...options.claude.env, ...over }
  const mark = `${sessionMark(options)}${randomUUID()}`
  const used = login(own, options.claude.settings)
  const loginDir = used === 'machine' ? loginDirectory(own) : undefined
  const chosen = environmentFor(options, { parent, mark, loginDir, temporary })
  const upstream = broker && upstreamOf({ ...chosen, ...over }, used)
  const pass = upstream && (await broker.issue(upstream, async (spent) => options.purse?.refusal(spent)))
  const env = used && upstream && pass ? withPass(chosen, used, upstream, pass) : chosen
  const [files] = await Promise.all([
    writeFiles(options, pass !== undefined),
    mkdir(temporary, { recursive: true, mode: 0o700 }),
  ])
  const command = {
    path,
    args: argumentsFor(options, version, files),
    cwd: options.folder ?? options.workspace,
    env,
    mark,
  }
  return { ...sandbox.wrap(command, await wallsFor(options, path, env)), ...(pass && { pass }) }
}

/** Variables that name files or folders which the CLI, or what it starts, reads. */
const fileVariables =
  'NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR CLAUDE_CODE_CLIENT_CERT CLAUDE_CODE_CLIENT_KEY AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE CLOUDSDK_CONFIG GOOGLE_APPLICATION_CREDENTIALS'.split(
    ' ',
  )

/** What this user's process sees of the disk: what is theirs, what they were granted, the programs that they run. */
async function wallsFor(
  { workspace, configDir, home, folder, claude }: SessionOptions,
  program: string,
  env: CliCommand['env'],
): Promise<Walls> {
  // The operator's login is refreshed where it lies.
  const { CLAUDE_SECURESTORAGE_CONFIG_DIR: login } = env
  const writable = [workspace, configDir, home, ...claude.addDirs]
  // One of the workspace is in it already. By its own path whoever works there could have it lead elsewhere by now.
  if (folder !== undefined && isBeyond(workspace, folder)) writable.push(folder)
  if (login !== undefined) writable.push(login)
  const programs = [program, await realpath(program)].map(needed)
  const named = fileVariables.flatMap((name) => env[name] ?? [])
  return {
    person: home,
    writable: present(writable),
    readable: present([...programs, process.execPath, ...named]),
  }
}

function isBeyond(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '..' || way.startsWith(`..${sep}`)
}

/** Of a package its folder, for it may read what lies beside it; else the program alone: beside it may be somebody's home. */
function needed(program: string): string {
  return program.includes(`${sep}node_modules${sep}`) ? dirname(program) : program
}

function present(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].filter((path) => existsSync(path))
}

/** Written anew for each process: what the operator configures may have changed, or somebody may have changed the file. */
async function writeFiles(
  { claude, configDir }: SessionOptions,
  withoutKey: boolean,
): Promise<ArgumentFiles> {
  const { mcpServers } = claude
  // The CLI deletes transcripts after 30 days otherwise: a session that rests must stay where it is.
  const settings = { cleanupPeriodDays: 36_500, ...(withoutKey ? keyless(claude.settings) : claude.settings) }
  const place = 'parley'
  // Whoever works here may have put links there, and may go on putting them.
  await mkdir(configDir, { recursive: true, mode: 0o700 })
  await using own = await Folder.open(configDir)
  if ((await own.stat(place))?.isDirectory() === false) await own.remove(place)
  await using dir = await own.enter(place, true)
  const write = async (name: string, content: object): Promise<string> => {
    await dir.replace(name, JSON.stringify(content))
    return join(configDir, place, name)
  }
  return {
    ...(Object.keys(mcpServers).length > 0 && { mcpConfig: await write('mcp.json', { mcpServers }) }),
    settings: await write('settings.json', settings),
  }
}

/** The same settings without what the broker keeps. */
function keyless(settings: SessionOptions['claude']['settings']): SessionOptions['claude']['settings'] {
  const { env, ...others } = settings
  if (typeof env !== 'object' || env === null) return settings
  return { ...others, env: Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.has(name))) }
}
