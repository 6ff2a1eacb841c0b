/** One CLI process: spawned, spoken to, and ended with all that it started. */
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { Log } from '../contract.ts'
import { killMarked } from './descendants.ts'
import { markVariable } from './environment.ts'
import type { Exit } from './faults.ts'
import { lineSplitter } from '../lines.ts'
import { ClaudeError } from './turn.ts'

export interface CliProcess {
  readonly pid: number
  /** False once it has ended or was told to. */
  readonly alive: boolean
  /** Begins to read, once: calls back for each line that it writes. */
  read(onLine: (line: string) => void): void
  /** Writes one message. False: it is ending, nothing was written. */
  write(message: object): boolean
  /** Resolves when it and all that it started are gone and its output was read to the end. */
  readonly exited: Promise<Exit>
  /** Asks it to end, then makes it: by then it may finish a turn that it takes by itself. Resolves as `exited` does. */
  end(withinMs?: number): Promise<Exit>
  /** Makes it end at once. */
  kill(): Promise<Exit>
}

export interface CliCommand {
  readonly path: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Value of {@link markVariable} in `env`. */
  readonly mark: string
}

/** A tool's result can be large; 64 MB is no result any more. */
const mostLineBytes = 64 * 1024 * 1024
const stderrTailChars = 8 * 1024
/** How long to wait after closing stdin, and again after SIGTERM. An idle CLI needs 20-700 ms. */
const patienceMs = 2_000
/** How long output may take to come to its end once the process is gone. */
const drainMs = 1_000

/** Spawns it. @throws ClaudeError `not-found` when that fails. */
export async function startProcess(command: CliCommand, log: Log): Promise<CliProcess> {
  const child = execa(command.path, command.args, {
    cwd: command.cwd,
    env: command.env,
    extendEnv: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    // Its own process group, which every signal goes to, also when Parley itself exits.
    killDescendants: true,
    forceKillAfterDelay: patienceMs,
  })
  const { pid, nodeChildProcess } = child
  if (pid === undefined) {
    const { originalMessage, shortMessage } = await child
    throw new ClaudeError(
      'not-found',
      `The Claude CLI at ${command.path} could not be started: ${originalMessage ?? shortMessage ?? 'unknown reason'}`,
    )
  }

  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-stderrTailChars)
  })
  // A broken pipe means that it is gone, which `exited` tells better.
  child.stdin.on('error', (error) => log.debug({ error }, 'writing to the Claude CLI failed'))

  let alive = true
  const gone = new Promise<void>((resolve) => nodeChildProcess.once('exit', () => resolve()))
  const drained = new Promise<void>((resolve) => nodeChildProcess.once('close', () => resolve()))
  const exited = (async (): Promise<Exit> => {
    await gone
    alive = false
    await sweep(command.mark, log)
    await Promise.race([drained, sleep(drainMs, undefined, { ref: false })])
    const { exitCode: code, signalCode: signal } = nodeChildProcess
    return { code: code ?? undefined, signal: signal ?? undefined, stderr }
  })()

  const within = async (ms: number): Promise<boolean> =>
    Promise.race([gone.then(() => true), sleep(ms, false, { ref: false })])
  return {
    pid,
    get alive() {
      return alive
    },
    read(line) {
      const sink = {
        line,
        tooLong: (bytes: number) => log.warn({ bytes }, 'a line of the Claude CLI is too long, skipped'),
      }
      child.stdout.on('data', lineSplitter(sink, mostLineBytes))
    },
    write(message) {
      return alive && child.stdin.writable && (child.stdin.write(`${JSON.stringify(message)}\n`), true)
    },
    exited,
    async end(withinMs = patienceMs) {
      alive = false
      child.stdin.end()
      // SIGTERM first, to the group; execa follows with SIGKILL.
      if (!(await within(withinMs))) child.kill('SIGTERM')
      return exited
    },
    async kill() {
      alive = false
      child.kill('SIGKILL')
      return exited
    },
  }
}

async function sweep(mark: string, log: Log): Promise<void> {
  try {
    const killed = await killMarked(markVariable, mark)
    if (killed > 0) log.debug({ killed }, 'ended what the Claude CLI left running')
  } catch (error) {
    log.error({ error }, 'what the Claude CLI left running could not be ended')
  }
}
