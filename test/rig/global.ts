/**
 * One folder for the whole run, and one question at its end: is any process left that was started in it?
 * Every CLI, sandbox and server of a test has the folder in its working directory, environment or arguments,
 * so an orphan is found whoever lost it.
 */
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export default async function setup(): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  process.env.PARLEY_TEST_DIR = dir
  return async () => {
    const orphans = await settledOrphans(dir)
    await rm(dir, { recursive: true, force: true })
    if (orphans.length > 0) {
      throw new Error(`processes outlived the tests that started them:\n${orphans.join('\n')}`)
    }
  }
}

/** A process that was just killed stays in /proc until its parent has reaped it: look again for up to 3 s. */
async function settledOrphans(dir: string): Promise<string[]> {
  for (let look = 0; ; look++) {
    const orphans = await findOrphans(dir)
    if (orphans.length === 0 || look === 30) return orphans
    await sleep(100)
  }
}

async function findOrphans(dir: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map((pid) => describe(pid, dir)))
  return found.filter((line) => line !== undefined)
}

async function describe(pid: string, dir: string): Promise<string | undefined> {
  // Vitest's own workers are still there and carry the folder's name in their environment.
  if (Number(pid) === process.pid || (await isOurChild(pid))) return undefined
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  const command = await read('cmdline')
  const traces = [cwd, command, await read('environ')]
  if (!traces.some((trace) => trace.includes(dir))) return undefined
  return `  ${pid} ${command.replaceAll('\0', ' ')}`
}

async function isOurChild(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  return parent === String(process.pid)
}
