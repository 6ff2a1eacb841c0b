/** Parley as a program of its own, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname

export interface Program {
  readonly child: ChildProcess
  /** Resolves when a line like this has come on stderr. */
  error(line: RegExp): Promise<void>
  /** Resolves with the exit code, or the signal's name. */
  ended(): Promise<number | string>
}

/** Runs `parley <args>` in a directory, with an environment made from nothing. */
export function runParley(args: readonly string[], cwd: string, env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors: string[] = []
  const lines = createInterface({ input: child.stderr })
  lines.on('line', (line) => errors.push(line))
  const exit = once(child, 'exit')
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exit
  })
  return {
    child,
    error: async (line) => {
      while (!errors.some((each) => line.test(each))) await once(lines, 'line')
    },
    ended: async () => {
      await exit
      return child.exitCode ?? child.signalCode ?? 'unknown'
    },
  }
}
