/** One session with the Claude CLI for a program that wants no more than that. */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openSession } from '../claude/open.ts'
import type { Session } from '../claude/turn.ts'
import { type ConfigInput, configFrom } from '../config.ts'
import type { Log } from '../contract.ts'
import { folderName } from '../conversation/home.ts'
import { createLog } from '../log.ts'

/** The `claude` block of config.yaml (docs/configuration.md), `{ model: 'haiku', timeout: '5m' }`, and where it runs. */
export interface CreateSessionOptions extends NonNullable<ConfigInput['claude']> {
  /** The directory that Claude works in; made where it is not there. */
  readonly workspace: string
  /** {@link Session.id} of an earlier session in the same workspace, to go on with it; absent: a new one. */
  readonly resume?: string | undefined
  /** Where the CLI keeps transcripts and state, apart for each workspace. Never inside the workspace. Default: `./data`. */
  readonly dataDir?: string | undefined
  /** Default: warnings and errors, to stderr. */
  readonly log?: Log | undefined
  /** Aborting it closes the session. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Starts the CLI and resolves when it is ready. It stays up between turns, one turn at a time, until it is closed.
 * An `approval` event has to be answered with {@link Session.decide}: the turn waits for it.
 *
 * Rejects with ClaudeError (`not-found`, `too-old`, `config`, `unknown-session` …), ConfigError, or the signal's
 * reason.
 *
 * @example
 * await using session = await createSession({ workspace: '.', allowedTools: ['Read'] })
 * for await (const event of session.ask('What is in this folder?').events) {
 *   if (event.type === 'text') process.stdout.write(event.delta)
 * }
 */
export async function createSession(options: CreateSessionOptions): Promise<Session & AsyncDisposable> {
  const { workspace: place, resume, dataDir: data, log: ownLog, signal, ...input } = options
  const { claude, dataDir, secrets } = await configFrom({
    claude: input,
    ...(data === undefined ? {} : { dataDir: data }),
  })
  const workspace = resolve(place)
  const base = join(dataDir, 'sessions', folderName(workspace))
  const [configDir, home] = [join(base, 'claude'), join(base, 'home')]
  await mkdir(workspace, { recursive: true })
  for (const dir of [configDir, home]) await mkdir(dir, { recursive: true, mode: 0o700 })
  const log = ownLog ?? createLog({ level: 'warn', format: 'auto', secrets })
  const session = await openSession(
    { sessionId: resume ?? randomUUID(), resume: resume !== undefined, workspace, configDir, home, claude },
    signal === undefined ? { log } : { log, signal },
  )
  return Object.assign(session, { [Symbol.asyncDispose]: () => session.close() })
}
