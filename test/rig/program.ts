/** Parley as a program of its own, for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { ConfigInput } from '../../src/config.ts'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import { type FakeChat, openFakeChat } from '../fakes/scripted/fake-chat.ts'
import { type ChatOptions, rigConfig } from './bot.ts'
import { testDir } from './dir.ts'

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname

export interface Program {
  readonly child: ChildProcess
  /** Resolves when a line like this has come on stderr. */
  error(line: RegExp): Promise<void>
  /** Resolves with the exit code, or the signal's name. */
  ended(): Promise<number | string>
  /** As `kill -9` does; resolves when it is gone. */
  kill(): Promise<void>
  /** As SIGTERM does; resolves as `ended`. */
  end(): Promise<number | string>
}

/** Runs `parley <args>` in a directory, with an environment made from nothing. `flags`: for Node itself. */
export function runParley(args: readonly string[], cwd: string, flags: readonly string[] = []): Program {
  const child = spawn(process.execPath, [...flags, main, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', HOME: cwd },
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
  const ended = async (): Promise<number | string> => {
    await exit
    return child.exitCode ?? child.signalCode ?? 'unknown'
  }
  return {
    child,
    error: async (line) => {
      while (!errors.some((each) => line.test(each))) await once(lines, 'line')
    },
    ended,
    kill: async () => {
      child.kill('SIGKILL')
      await ended()
    },
    end: () => {
      child.kill('SIGTERM')
      return ended()
    },
  }
}

/** A bot that runs as a program, on the real CLI and the stand-in model, with a chat that the test plays. */
export interface ProgramRig {
  readonly dir: string
  readonly chat: FakeChat
  readonly model: StandIn
  readonly config: ConfigInput
  /** Path of the config file. */
  readonly file: string
  /** Starts it, again too: on the same data. */
  readonly start: () => Program
}

export async function startProgramRig(
  changes: ConfigInput = {},
  chatOptions: ChatOptions = {},
): Promise<ProgramRig> {
  const dir = await testDir('program-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const socket = join(dir, 'chat.sock')
  const chat = await openFakeChat(socket)
  const config = rigConfig({ dir, socket, modelUrl: model.url, chatOptions, changes })
  const file = join(dir, 'config.yaml')
  await writeFile(file, JSON.stringify(config))
  return {
    dir,
    chat,
    model,
    config,
    file,
    start: () => runParley(['start', '--config', file], dir),
  }
}
