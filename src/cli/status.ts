/** `parley status`: how the bot is that runs on this data, for people and, by its exit code, for scripts. */
import { join } from 'node:path'
import { askState } from '../attach/state.ts'
import { type State, socketName } from '../attach/wire.ts'
import { foldersHere } from '../bot/node-folders.ts'
import { loadConfig } from '../config.ts'
import { report } from './findings.ts'

const withinMs = 10_000

/** Exit codes: 0 it runs and nothing is missing, 1 something is, 3 it does not run (as for `systemctl status`). */
export async function status({ config: file, json }: { config?: string; json?: boolean }): Promise<number> {
  const config = await loadConfig({ file, env: process.env, cwd: process.cwd() })
  const folders = await foldersHere(config)
  const asked = await Promise.all(folders.map((folder) => askState(join(folder, socketName), withinMs)))
  const running = asked.filter((state) => state !== undefined)
  // Of several nodes on this machine a line each.
  if (json === true) for (const state of running) print({ running: true, ...state })
  if (json === true && running.length === 0) print({ running: false })
  if (json !== true) tell(running, config.dataDir)
  if (running.length === 0) return 3
  return running.every(({ findings }) => findings.every(({ ok }) => ok)) ? 0 : 1
}

function print({ running, version, pid, since, findings }: { running: boolean } & Partial<State>): void {
  process.stdout.write(`${JSON.stringify({ running, version, pid, since, findings })}\n`)
}

function tell(running: readonly State[], dataDir: string): void {
  if (running.length === 0)
    process.stdout.write(`✗ no bot runs on ${dataDir}\n  → start one by \`parley start\`\n`)
  for (const { version, pid, since, findings } of running) {
    process.stdout.write(`Parley ${version} runs as process ${pid}, since ${new Date(since).toISOString()}\n`)
    report(findings)
  }
}
