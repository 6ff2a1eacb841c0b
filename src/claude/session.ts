/** A session with the Claude CLI while its process is up: open.ts starts it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Pass } from '../broker/port.ts'
import type { Log } from '../contract.ts'
import { offersTools } from './arguments.ts'
import { createControl } from './control.ts'
import { asError, deathOf, overBudget, ownFault, refusedLogin } from './faults.ts'
import { guardHooks } from './guard.ts'
import { halt, stopWithinMs, takeBack } from './halt.ts'
import { neutralise } from './neutralise.ts'
import { offeredServer } from './offered-tools.ts'
import type { CliProcess } from './process.ts'
import { parseLine, type Incoming } from './protocol.ts'
import { Questions } from './questions.ts'
import { rewindOf } from './rewind.ts'
import type { OpenTurn } from './open-turn.ts'
import { createTurns } from './turns.ts'
import { type Bill, isNothing } from './bill.ts'
import { ClaudeError } from './turn.ts'
import type {
  Activity,
  Decision,
  ImageContent,
  PermissionMode,
  Rewind,
  Session,
  SessionOptions,
  Turn,
  TurnEvent,
  TurnFault,
} from './turn.ts'

/** The same when the session is being closed anyway. */
const stopBeforeCloseMs = 1_500

export class CliSession implements Session {
  readonly exited: Promise<void>
  readonly #options: SessionOptions
  readonly #process: CliProcess
  readonly #log: Log
  readonly #pass: Pass | undefined
  readonly #questions: Questions
  readonly #control
  readonly #turns
  readonly #unknown = new Set<string>()
  #commands: readonly string[] = []
  readonly #background: ((events: AsyncIterable<TurnEvent>) => void)[] = []
  readonly #activity: ((activity: Activity) => void)[] = []
  readonly #lines: ((line: string) => void)[] = []
  #closing: Promise<void> | undefined

  constructor(options: SessionOptions, process: CliProcess, log: Log, pass: Pass | undefined) {
    this.#options = options
    this.#pass = pass
    this.#process = process
    this.#log = log
    this.#control = createControl((message) => process.write(message))
    this.#turns = createTurns({
      sessionId: options.sessionId,
      timeout: options.claude.timeout,
      silence: options.claude.silence,
      onOverdue: (turn, why) => void this.#overdue(turn, why),
      onTurn: (events) => this.#background.forEach((listener) => listener(events)),
      onActivity: (activity) => this.#activity.forEach((listener) => listener(activity)),
      onFatal: (fault) => this.#abandon(fault),
      ...(pass && { bill: () => billOf(pass) }),
    })
    const write = (message: object): boolean => process.write(message)
    this.#questions = new Questions({ options, asker: () => this.#turns.asker, write, log })
    this.exited = this.#untilExit()
    process.read((line) => this.#take(line))
  }

  get id(): string {
    return this.#turns.sessionId
  }
  get pid(): number {
    return this.#process.pid
  }
  get commands(): readonly string[] {
    return this.#commands
  }
  get alive(): boolean {
    return this.#closing === undefined && this.#process.alive
  }

  async initialize(): Promise<void> {
    const servers = offersTools(this.#options) ? { sdkMcpServers: [offeredServer] } : {}
    const hooks = this.#options.guard === undefined ? {} : { hooks: guardHooks }
    const told = await this.#control.request({ subtype: 'initialize', ...servers, ...hooks })
    this.#commands = known.parse(told).commands.map(({ name }) => name)
  }

  ask(text: string, images: readonly ImageContent[] = []): Turn {
    return this.#send(neutralise(text, images))
  }

  command(line: string): Turn {
    return this.#send(line)
  }

  async steer(text: string, images: readonly ImageContent[] = [], leave?: AbortSignal): Promise<boolean> {
    const turn = this.#turns.current
    // Before the turn has begun the CLI would take this first: it has the higher priority.
    await turn?.taken
    if (turn === undefined || turn.stopping || this.#turns.current !== turn) return false
    if (leave?.aborted === true) return false
    const uuid = randomUUID()
    const steered = turn.steer(uuid)
    if (!this.#write(uuid, neutralise(text, images), 'next')) turn.drop(uuid)
    const leaves = (): void => {
      takeBack(this.#control, turn, uuid).catch((error: unknown) =>
        this.#log.debug({ error }, 'the Claude CLI could not be asked to let go of a message'),
      )
    }
    leave?.addEventListener('abort', leaves, { once: true })
    return steered.finally(() => leave?.removeEventListener('abort', leaves))
  }

  decide(requestId: string, decision: Decision): boolean {
    return this.#questions.approvals.decide(requestId, decision)
  }

  async interrupt(): Promise<void> {
    const turn = this.#turns.current
    turn?.stop(ownFault('interrupted'))
    if (turn !== undefined) await halt(this.#control, this.#turns, turn)
  }

  async interruptOwn(): Promise<void> {
    if (this.activity.speaking) await this.#control.request({ subtype: 'interrupt' }, stopWithinMs)
  }

  async stopTask(id: string): Promise<void> {
    await this.#control.request({ subtype: 'stop_task', task_id: id }, stopWithinMs)
  }

  async setModel(model: string | undefined): Promise<void> {
    const chosen = model ?? this.#options.model ?? this.#options.claude.model
    await this.#control.request({ subtype: 'set_model', model: chosen })
  }

  async setPermissionMode(mode: PermissionMode): Promise<void> {
    await this.#control.request({ subtype: 'set_permission_mode', mode })
  }

  async rewind(uuid: string, dryRun: boolean): Promise<Rewind> {
    return rewindOf(
      await this.#control.request({ subtype: 'rewind_files', user_message_id: uuid, dry_run: dryRun }),
    )
  }

  onBackground(listener: (events: AsyncIterable<TurnEvent>) => void): void {
    this.#background.push(listener)
  }

  onLine(listener: (line: string) => void): void {
    this.#lines.push(listener)
  }

  onActivity(listener: (activity: Activity) => void): void {
    this.#activity.push(listener)
  }

  get activity(): Activity {
    return this.#turns.activity
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #untilExit(): Promise<void> {
    const death = deathOf(await this.#process.exited)
    this.#control.fail(asError(death))
    this.#turns.fail(death)
    this.#pass?.end()
    const left = this.#pass?.take()
    if (left !== undefined && !isNothing(left)) this.#options.purse?.spent(left)
  }

  async #close(): Promise<void> {
    const turn = this.#turns.current
    if (turn !== undefined && this.#process.alive) {
      turn.stop({ ...ownFault('interrupted'), fatal: true })
      // Left alone the CLI would finish the turn first, or (older ones) leave its commands running.
      const halted = halt(this.#control, this.#turns, turn).then(
        () => turn.over,
        (error: unknown) => this.#log.debug({ error }, 'the Claude CLI could not be asked to stop'),
      )
      await Promise.race([halted, sleep(stopBeforeCloseMs, undefined, { ref: false })])
    }
    // Asked politely it would finish a turn that nobody asked for, and every tool in it.
    await (this.activity.reporting ? this.#process.end(0) : this.#process.end())
    await this.exited
  }

  #send(content: unknown): Turn {
    if (this.#turns.current !== undefined) {
      throw new ClaudeError('protocol', 'A turn is under way in this session: one at a time.')
    }
    const { uuid, events } = this.#turns.open(randomUUID())
    // `later`: never mixed into a turn that the CLI takes on its own.
    if (!this.#write(uuid, content, 'later')) {
      this.#turns.fail(ownFault('died', 'it had ended before the message came'))
    }
    return { uuid, events }
  }

  #write(uuid: string, content: unknown, priority: 'next' | 'later'): boolean {
    const rest = { parent_tool_use_id: null, session_id: '', uuid, priority }
    return this.alive && this.#process.write({ type: 'user', message: { role: 'user', content }, ...rest })
  }

  #take(line: string): void {
    const message = parseLine(line)
    if (message === undefined) {
      this.#log.warn(
        { chars: line.length },
        'the Claude CLI wrote a line that is not of its protocol, skipped',
      )
      return
    }
    if (!isControl(message)) for (const listener of this.#lines) listener(line)
    if (message.kind === 'unknown') this.#tellOnce(message.name, message.problem)
    // MCP servers tell of their own commands a while after the start.
    if (message.kind === 'init') this.#commands = message.commands
    if (message.kind === 'response') this.#control.settle(message)
    if (message.kind === 'request') this.#questions.take(message)
    if (message.kind === 'withdrawn') this.#questions.withdraw(message.id)
    if (message.kind === 'retry' && isRefused(message)) void this.#cut(refusedLogin(message.status))
    this.#turns.take(message)
    if (message.kind === 'result') this.#questions.approvals.clear()
  }

  #tellOnce(name: string, problem: string | undefined): void {
    if (this.#unknown.has(name)) return
    this.#unknown.add(name)
    this.#log.info({ name, problem }, 'the Claude CLI sends something that Parley does not know, ignored')
  }

  async #overdue(turn: OpenTurn, why: 'timeout' | 'silent'): Promise<void> {
    const { timeout, silence } = this.#options.claude
    this.#log.warn({ why, timeout, silence }, 'a turn is overdue')
    if (why === 'timeout') await this.#cut(ownFault(why))
    else if (this.#turns.current === turn) this.#turns.fail(ownFault(why))
  }

  /** Ends the turn for a reason of ours: by asking the CLI, and without it when it does not obey. Never rejects. */
  async #cut(why: TurnFault): Promise<void> {
    const turn = this.#turns.current
    if (turn === undefined) return
    turn.stop(why)
    const halted = halt(this.#control, this.#turns, turn).then(
      () => turn.over,
      (error: unknown) => this.#log.debug({ error }, 'the Claude CLI could not be asked to stop'),
    )
    await Promise.race([halted, sleep(stopWithinMs, undefined, { ref: false })])
    if (this.#turns.current === turn) this.#turns.fail(why)
  }

  /** The process is of no use any more. */
  #abandon(fault: TurnFault): void {
    this.#control.fail(asError(fault))
    this.#closing ??= this.#process.kill().then(() => this.exited)
  }
}

/**
 * The CLI tries for three minutes whatever the error is, but a login that was refused stays refused. The first
 * refusal is let pass: it makes the CLI renew a token that has expired.
 */
function isRefused({ status, attempt }: Extract<Incoming, { kind: 'retry' }>): boolean {
  return attempt > 1 && (status === 401 || status === 403)
}

/** What passes between us and the CLI is nobody else's. */
function isControl({ kind }: Incoming): boolean {
  return kind === 'request' || kind === 'response' || kind === 'withdrawn'
}

/** What the broker knows of a turn that has ended. */
function billOf(pass: Pass): Bill {
  const { refusal } = pass
  return { spent: pass.take(), ...(refusal !== undefined && { refused: overBudget(refusal) }) }
}

const known = z
  .object({ commands: z.array(z.object({ name: z.string() })).catch([]) })
  .catch({ commands: [] })
