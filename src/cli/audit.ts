/** `parley audit verify`: was the audit log changed after it was written? */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyAudit } from '../audit/audit.ts'
import { loadConfig } from '../config.ts'

/** Exit codes: a script tells a log that was tampered with from one that is not there. */
const whole = 0
const missing = 1
const broken = 2

export async function verify({
  config: file,
  head: expected,
}: {
  readonly config?: string
  readonly head?: string
}): Promise<number> {
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const path = join(config.dataDir, 'audit.jsonl')
  if (!(await exists(path))) {
    process.stderr.write(`There is no audit log at ${path}: the bot has not run with this dataDir.\n`)
    return missing
  }
  const { lines, head, breach } = await verifyAudit(path)
  if (breach !== undefined) {
    process.stderr.write(`${path} was changed. Line ${breach.line}: ${breach.reason}.\n`)
    return broken
  }
  if (expected !== undefined && expected !== head) {
    process.stderr.write(
      `${path} follows from line to line, but does not end as expected: it ends in ${head}.\n`,
    )
    return broken
  }
  process.stdout.write(`${path} is whole: ${lines} ${lines === 1 ? 'line' : 'lines'}, ending in ${head}\n`)
  return whole
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
