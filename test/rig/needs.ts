import { execFileSync } from 'node:child_process'
import { describe } from 'vitest'

/**
 * A suite that needs a program of the machine (redis-server, tmux …). Without it the suite is skipped under a
 * name that says what is missing; with PARLEY_REQUIRE_ALL, as in CI, that is a failure.
 */
export function describeWith(program: string, name: string, suite: () => void): void {
  if (has(program)) return void describe(name, suite)
  if (process.env.PARLEY_REQUIRE_ALL !== undefined)
    throw new Error(`${program} is missing, and everything is required here`)
  describe.skip(`${name} [${program} is missing]`, suite)
}

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v "$1"`, 'sh', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
