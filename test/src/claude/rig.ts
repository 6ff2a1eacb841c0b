/**
 * Sessions with the real CLI on a stand-in of their own. PARLEY_TEST_CLI=/path/to/claude runs these tests on
 * another version than the pinned one.
 */
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../../src/contract.ts'
import type { Environment } from '../../../src/claude/environment.ts'
import { openSession } from '../../../src/claude/open.ts'
import type {
  ClaudeOptions,
  Decision,
  Session,
  SessionOptions,
  Turn,
  TurnEvent,
  TurnResult,
} from '../../../src/claude/turn.ts'
import type { Broker } from '../../../src/broker/port.ts'
import { none } from '../../../src/sandbox/none.ts'
import type { Sandbox } from '../../../src/sandbox/port.ts'
import { startStandIn, type StandIn } from '../../../src/demo/stand-in.ts'
import { testDir } from '../../rig/dir.ts'

interface Rig {
  readonly standIn: StandIn
  /** The user's folders lie in here, beside each other: home, config, workspace. */
  readonly dir: string
  readonly workspace: string
  /** What was logged. */
  readonly logged: readonly { readonly level: string; readonly fields: object; readonly message: string }[]
  readonly options: (changes?: Changes) => SessionOptions
  /** Opens a session that is closed when the test ends. */
  readonly open: (changes?: Changes) => Promise<Session>
}

interface Changes extends Partial<Omit<SessionOptions, 'claude'>> {
  readonly claude?: Partial<ClaudeOptions>
  /** Parley's own environment. */
  readonly environment?: Environment
  readonly signal?: AbortSignal
  readonly sandbox?: Sandbox
  readonly broker?: Broker
}

export async function startRig(): Promise<Rig> {
  const standIn = await startStandIn()
  onTestFinished(() => standIn.close())
  const dir = await testDir('session-')
  const [workspace, home, configDir] = ['workspace', 'home', 'config'].map((name) => join(dir, name))
  if (workspace === undefined || home === undefined || configDir === undefined) throw new Error('unreachable')
  await Promise.all([workspace, home, configDir].map((path) => mkdir(path)))
  const { log, logged } = listeningLog()

  const options = ({ claude, ...changes }: Changes = {}): SessionOptions => ({
    sessionId: randomUUID(),
    resume: false,
    workspace,
    configDir,
    home,
    ...changes,
    claude: claudeOptions(standIn.url, claude),
  })
  return {
    standIn,
    dir,
    workspace,
    logged,
    options,
    async open({ environment, signal, sandbox = none, broker, ...changes } = {}) {
      const context = {
        log,
        sandbox,
        broker,
        environment: environment ?? emptyParent(home),
        ...(signal && { signal }),
      }
      const session = await openSession(options(changes), context)
      onTestFinished(() => session.close())
      return session
    },
  }
}

/** No login and no proxy of this machine gets into a test. */
function emptyParent(home: string): Environment {
  return { PATH: process.env.PATH, HOME: home }
}

function claudeOptions(url: string, changes: Partial<ClaudeOptions> = {}): ClaudeOptions {
  return {
    command: process.env.PARLEY_TEST_CLI,
    allowedTools: [],
    disallowedTools: [],
    addDirs: [],
    mcpServers: {},
    settings: {},
    timeout: 50_000,
    silence: 50_000,
    ...changes,
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'sk-ant-made-up',
      CLAUDE_CODE_MAX_RETRIES: '2',
      // Tests run as root in containers, where the CLI refuses to bypass permissions otherwise.
      IS_SANDBOX: '1',
      ...changes.env,
    },
  }
}

function listeningLog(): { log: Log; logged: Rig['logged'] } {
  const logged: { level: string; fields: object; message: string }[] = []
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      void logged.push({ level, fields, message })
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, logged }
}

/** A turn that was followed to its end. */
interface Followed {
  readonly events: readonly TurnEvent[]
  readonly result: TurnResult
}

/** Follows a turn. `on` is called with each event as it comes; what it rejects with fails the test. */
export async function follow(turn: Turn, on?: (event: TurnEvent) => unknown): Promise<Followed> {
  const events: TurnEvent[] = []
  for await (const event of turn.events) {
    events.push(event)
    await on?.(event)
    if (event.type === 'result') return { events, result: event.result }
  }
  throw new Error('the turn ended without a result')
}

/** Asks, answering approvals, and gives back the result. */
export async function say(session: Session, text: string, decision: Decision = allow): Promise<TurnResult> {
  const { result } = await follow(session.ask(text), (event) => {
    if (event.type === 'approval') session.decide(event.request.id, decision)
  })
  return result
}

export const allow: Decision = { behavior: 'allow' }

/** Follows a turn as far as the first event of a type; the rest is given to `rest`. */
export function untilEvent<T extends TurnEvent['type']>(
  turn: Turn,
  type: T,
): { readonly event: Promise<Extract<TurnEvent, { type: T }>>; readonly rest: Promise<Followed> } {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<TurnEvent, { type: T }>>()
  const isIt = (event: TurnEvent): event is Extract<TurnEvent, { type: T }> => event.type === type
  const rest = follow(turn, (event) => {
    if (isIt(event)) resolve(event)
    if (event.type === 'result') reject(new Error(`no ${type} came: ${JSON.stringify(event.result)}`))
  })
  return { event: promise, rest }
}
