/** The `parley` command as a process, in an environment made from nothing. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
export const main = join(root, 'src/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Options {
  /** A folder of the test's own: working directory, home and place of temporary files. */
  readonly dir: string
  readonly env?: Readonly<Record<string, string>>
  /** What is piped in; absent: the null device. */
  readonly input?: string
}

export function environment({ dir, env = {} }: Options): Record<string, string> {
  const path = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter)
  return { PATH: path, HOME: dir, TMPDIR: dir, IS_SANDBOX: '1', LANG: 'C.UTF-8', ...env }
}

export function start(
  args: readonly string[],
  options: Options,
  stdin: 'pipe' | 'ignore' = 'ignore',
): ChildProcess {
  const stdio: StdioOptions = [stdin, 'pipe', 'pipe']
  return spawn(process.execPath, [main, ...args], { cwd: options.dir, env: environment(options), stdio })
}

/** Runs a verb to its end. */
export async function parley(args: readonly string[], options: Options): Promise<Ended> {
  return ended(start(args, options, options.input === undefined ? 'ignore' : 'pipe'), options.input)
}

export async function ended(child: ChildProcess, input?: string): Promise<Ended> {
  const { stdin, stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the child was started without pipes')
  stdin?.end(input)
  const [out, err] = await Promise.all([text(stdout), text(stderr), child.exitCode ?? once(child, 'close')])
  return { code: child.exitCode, out, err }
}
