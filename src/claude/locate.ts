/** Finds the CLI and its version. */
import { execa } from 'execa'
import { realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { isExecutable, onPath } from '../on-path.ts'
import { ClaudeError } from './turn.ts'
import { isAtLeast, oldestVersion, testedVersion } from './versions.ts'

export interface Located {
  /** Absolute path of the program. */
  readonly path: string
  /** E.g. `2.1.329`. */
  readonly version: string
  /** False: newer than what Parley is tested with. */
  readonly tested: boolean
}

/** Asked once for each place: a version does not change while we run. */
const known = new Map<string, Promise<Located>>()

/**
 * Finds the CLI: what `command` (`claude.command` in the config) names, else the one that Parley is pinned to,
 * else `claude` on PATH. @throws ClaudeError `not-found`, `too-old`, or `config` when it is no Claude CLI.
 */
export async function locate(command?: string): Promise<Located> {
  const key = command ?? ''
  const asked = known.get(key) ?? find(command)
  known.set(key, asked)
  try {
    return await asked
  } catch (error) {
    // It may be installed, or repaired, before the next question.
    known.delete(key)
    throw error
  }
}

async function find(command: string | undefined): Promise<Located> {
  const places = command === undefined ? await ownPlaces() : await placesOf(command)
  for (const path of places) {
    const version = await versionOf(path)
    if (version === undefined) continue
    if (isAtLeast(version, oldestVersion)) return { path, version, tested: isAtLeast(testedVersion, version) }
    throw new ClaudeError(
      'too-old',
      `The Claude CLI at ${path} is version ${version}; Parley needs ${oldestVersion} or newer. Update it (npm install -g @anthropic-ai/claude-code), or leave out claude.command in the config to use the one that comes with Parley.`,
    )
  }
  if (places.length > 0) {
    throw new ClaudeError(
      'config',
      `${places.join(' and ')} cannot be run, or is not the Claude CLI: "--version" did not answer as the Claude CLI does.`,
    )
  }
  throw new ClaudeError(
    'not-found',
    command === undefined
      ? 'The Claude CLI was not found, neither among the packages of Parley (npm ci brings it) nor as `claude` on PATH. Install it with npm install -g @anthropic-ai/claude-code, or name it in claude.command in the config.'
      : `The Claude CLI was not found at ${JSON.stringify(command)}, which claude.command in the config names. Correct it, or leave it out to use the one that comes with Parley.`,
  )
}

/** Undefined: it cannot be run, e.g. because it is made for another C library, or it is another program. */
async function versionOf(path: string): Promise<string | undefined> {
  const { PATH = '' } = process.env
  const { stdout } = await execa(path, ['--version'], {
    env: { PATH },
    extendEnv: false,
    reject: false,
    timeout: 20_000,
  })
  return /^(\d+\.\d+\.\d+) \(Claude Code\)/.exec(stdout ?? '')?.[1]
}

async function ownPlaces(): Promise<string[]> {
  const own = await programs(import.meta.url)
  return own.length > 0 ? own : placesOf('claude')
}

/** A path, or a name to be looked up on PATH. */
async function placesOf(command: string): Promise<string[]> {
  const named = resolve(command)
  const isPath = /[\\/]/.test(command)
  const [place] = isPath
    ? (await isExecutable(named))
      ? [named]
      : []
    : await onPath(command, process.env.PATH ?? '')
  if (place === undefined) return []
  const real = await realpath(place)
  // As npm installs it, `claude` can be a script that starts the program: a Node process more for each session.
  return real.includes(join('@anthropic-ai', 'claude-code')) ? [...(await programs(real)), place] : [place]
}

/** The programs in the packages for this platform that can be required from a file: with glibc, with musl, or none. */
async function programs(from: string): Promise<string[]> {
  const require = createRequire(from)
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`
  const found: string[] = []
  for (const name of [platform, `${platform}-musl`]) {
    const manifest = resolvePackage(require, `${name}/package.json`)
    const program = join(dirname(manifest ?? ''), 'claude')
    if (manifest !== undefined && (await isExecutable(program))) found.push(program)
  }
  return found
}

function resolvePackage(require: NodeJS.Require, name: string): string | undefined {
  try {
    return require.resolve(name)
  } catch {
    // Not installed: the caller looks elsewhere.
    return undefined
  }
}
