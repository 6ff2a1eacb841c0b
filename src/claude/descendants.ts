/**
 * What a CLI process started and left behind. The CLI gives each Bash command a session of its own, so a signal to
 * its process group does not reach them, and once the CLI is dead their parent is process 1. What stays is the
 * environment that they inherited: a mark in it finds them. Linux only; elsewhere /proc is absent and none is found.
 */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** How often to look again: a process may fork while it is being looked for. */
const mostLooks = 200
const lookEveryMs = 10

/**
 * Kills every process whose environment has `variable` beginning with `mark`, and their children. Resolves when
 * none is left, with their number. @throws when some still live after 2 s.
 */
export async function killMarked(variable: string, mark: string): Promise<number> {
  const killed = new Set<number>()
  for (let look = 0; look < mostLooks; look++) {
    const found = await family(`${variable}=${mark}`)
    if (found.length === 0) return killed.size
    for (const pid of found) {
      killed.add(pid)
      kill(pid)
    }
    await sleep(lookEveryMs)
  }
  throw new Error(`processes ${[...killed].join(', ')} could not be killed`)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended between the look and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** The marked ones and all below them, so that one that cleared its environment is found too. */
async function family(entry: string): Promise<number[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const others = names.map(Number).filter((pid) => pid !== process.pid)
  const marked = await Promise.all(others.map((pid) => isMarked(pid, entry)))
  const found = new Set(others.filter((_, index) => marked[index]))
  // As a rule there is none, and this look is on the way of every resumed session.
  if (found.size === 0) return []
  const parents = await Promise.all(others.map(parentOf))
  for (let size = -1; size !== found.size;) {
    size = found.size
    for (const [index, pid] of others.entries()) if (found.has(parents[index] ?? 0)) found.add(pid)
  }
  return [...found]
}

/** False for one that is gone, a zombie, or somebody else's: their environment cannot be read. */
async function isMarked(pid: number, entry: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
  return `\0${environment}`.includes(`\0${entry}`)
}

/** Zero when it is gone. */
async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The command's name is in brackets and may contain anything. Then: state, parent.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || parent === undefined ? 0 : Number(parent)
}
