/** Runs a program of docs/examples as its reader would, on the stand-in model. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { type StandIn, startStandIn } from '../../src/demo/stand-in.ts'
import { standInEnv } from '../rig/bot.ts'
import { testDir } from '../rig/dir.ts'

interface Ran {
  readonly output: string
  readonly errors: string
  readonly exitCode: number | null
}

export interface Reader {
  readonly dir: string
  readonly model: StandIn
  /** Runs `node <file> <args>`; `env` beside what leads the CLI to the model. */
  readonly run: (file: string, args?: readonly string[], more?: More) => Promise<Ran>
}

interface More {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

const examples = new URL('../../docs/examples/', import.meta.url)

/** Somebody in a folder of their own, with an environment made from nothing. */
export async function aReader(): Promise<Reader> {
  const dir = await testDir('reader-')
  const model = await startStandIn()
  onTestFinished(() => model.close())
  const base = { PATH: process.env.PATH ?? '', HOME: dir, ...standInEnv(model.url) }
  const run: Reader['run'] = async (file, args = [], { input = '', env = {} } = {}) => {
    const path = new URL(file, examples).pathname
    const child = spawn(process.execPath, [path, ...args], { cwd: dir, env: { ...base, ...env } })
    onTestFinished(() => endOf(child))
    child.stdin.end(input)
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    await endOf(child, false)
    return { output, errors, exitCode: child.exitCode }
  }
  return { dir, model, run }
}

async function endOf(child: ChildProcess, kill = true): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (kill) child.kill('SIGKILL')
  await exit
}
