/** `parley audit verify`: was the audit log changed after it was written? */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { verifyAudit } from '../audit/audit.ts'
import { headPath, readHead } from '../audit/head.ts'
import { allFolders } from '../bot/node-folders.ts'
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
  const folders = await allFolders(config)
  const paths = (folders.length === 0 ? [config.dataDir] : folders).map((folder) =>
    join(folder, 'audit.jsonl'),
  )
  const codes: number[] = []
  for (const path of paths) codes.push(await verifyOne(path, paths.length === 1 ? expected : undefined))
  if (expected === undefined || paths.length === 1) return Math.max(...codes)
  const heads = await Promise.all(paths.map((path) => readHead(headPath(path))))
  if (heads.some((found) => found?.head === expected)) return Math.max(...codes)
  process.stderr.write(`None of these logs ends as expected.\n`)
  return broken
}

async function verifyOne(path: string, expected: string | undefined): Promise<number> {
  if (!(await exists(path))) {
    const { lines: written } = (await readHead(headPath(path))) ?? { lines: 0 }
    if (written > 0) {
      process.stderr.write(`${path} was removed: it had ${linesText(written)}.\n`)
      return broken
    }
    process.stderr.write(`There is no audit log at ${path}: the bot has not run with this dataDir.\n`)
    return missing
  }
  const { lines, head, torn, since, breach } = await verifyAudit(path)
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
  process.stdout.write(`${path} is whole: ${linesText(lines)}, ending in ${head}\n`)
  if (since !== 1) process.stdout.write(`${unvouched(since)}\n`)
  if (torn > 0) {
    process.stdout.write(
      `Behind them ${torn} bytes of a line that was not written to its end; the next start cuts them off and notes it.\n`,
    )
  }
  return whole
}

/** What a log of an older version cannot show. */
function unvouched(since: number | undefined): string {
  return since === undefined
    ? 'How long it is was not kept so far, so nobody can vouch that no lines were cut off at its end; the next start begins to keep it.'
    : `How long it is has been kept since line ${since}: that no lines had been cut off there before, nobody can vouch.`
}

function linesText(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
