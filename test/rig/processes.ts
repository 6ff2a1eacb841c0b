/** Looks at processes of this machine, for tests that ask what is still running. Linux. */
import { vi } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'

export interface Seen {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Everything that this process started, directly or not. */
export function descendants(root = process.pid): Seen[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => look(Number(pid)))
  const found = new Set([root])
  // Parents have lower numbers but for a wrap-around: a second look catches those.
  for (let pass = 0; pass < 2; pass++) {
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid)
  }
  return all.filter(({ pid }) => pid !== root && found.has(pid))
}

/** Waits for a descendant with such a command line: nothing announces it, so it is looked for. */
export function aProcess(command: RegExp): Promise<Seen> {
  return vi.waitFor(
    () => {
      const found = descendants().find((seen) => command.test(seen.command))
      if (found === undefined) throw new Error(`no process has a command line like ${command.source}`)
      return found
    },
    { timeout: 20_000, interval: 20 },
  )
}

export function isAlive(pid: number): boolean {
  const [seen] = look(pid)
  return seen !== undefined
}

/** Zombies count as gone: they run nothing. */
function look(pid: number): Seen[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z') return []
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return [{ pid, parent: Number(parent), command }]
  } catch {
    return []
  }
}
