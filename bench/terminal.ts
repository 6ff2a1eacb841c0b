/** A program in a real pseudo-terminal, by script(1) of util-linux: Node has none of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'

export interface Terminal {
  /** Process id of the program itself. */
  pid(): Promise<number>
  /** Resolves with the time, by performance.now(), at which the text stood in what was printed since the last call. */
  see(text: string): Promise<number>
  type(keys: string): void
  /** Asks the program to end, and resolves when it has. */
  end(): Promise<void>
}

/** Part of Debian's essential `bsdutils`. */
const script = 'script'

/** Runs a command line of /bin/sh. `env` is its whole environment. */
export function openTerminal(command: string, cwd: string, env: Readonly<Record<string, string>>): Terminal {
  // Without a terminal around it, script makes one of no size.
  const sized = `stty columns 100 rows 40; exec ${command}`
  const child = spawn(script, ['-q', '-f', '-c', sized, '/dev/null'], {
    cwd,
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let printed = ''
  let ended = false
  const exit = once(child, 'exit').then(() => (ended = true))
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk))
  return {
    pid: () => onlyChild(child),
    async see(text) {
      while (!stripVTControlCharacters(printed).includes(text)) {
        if (ended) throw new Error(`the program ended and had not printed ${text}:\n${printed}`)
        await Promise.race([once(child.stdout, 'data'), exit])
      }
      const seen = performance.now()
      printed = ''
      return seen
    },
    type: (keys) => void child.stdin.write(keys),
    async end() {
      process.kill(await onlyChild(child), 'SIGTERM')
      await exit
    },
  }
}

/** script(1) has one child, the program. */
async function onlyChild({ pid }: ChildProcess): Promise<number> {
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim())
}

/** Bytes of a process that are in memory. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}
