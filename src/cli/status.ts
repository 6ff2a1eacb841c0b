/** `parley status`: how the bot is that runs on this data, for people and, by its exit code, for scripts. */
import { join } from 'node:path'
import { askState } from '../attach/state.ts'
import { socketName } from '../attach/wire.ts'
import { loadConfig } from '../config.ts'
import { report } from './findings.ts'

const withinMs = 10_000

/** Exit codes: 0 it runs and nothing is missing, 1 something is, 3 it does not run (as for `systemctl status`). */
export async function status({ config: file, json }: { config?: string; json?: boolean }): Promise<number> {
  const { dataDir } = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const state = await askState(join(dataDir, socketName), withinMs)
  const well = state?.findings.every(({ ok }) => ok) === true
  if (json === true) {
    const { version, pid, since, findings } = state ?? {}
    process.stdout.write(
      `${JSON.stringify({ running: state !== undefined, version, pid, since, findings })}\n`,
    )
  } else if (state === undefined) {
    process.stdout.write(`✗ no bot runs on ${dataDir}\n  → start one by \`parley start\`\n`)
  } else {
    const { version, pid, since } = state
    process.stdout.write(`Parley ${version} runs as process ${pid}, since ${new Date(since).toISOString()}\n`)
    report(state.findings)
  }
  if (state === undefined) return 3
  return well ? 0 : 1
}
