/** `parley doctor`: what is missing before the bot can answer, and what to do about each. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { locate } from '../claude/locate.ts'
import { login } from '../claude/login.ts'
import { type Config, ConfigError, loadConfig } from '../config.ts'
import type { Finding } from '../contract.ts'
import { platformFindings, report, wallsFindings } from './findings.ts'

/** Exit code 0: all is well. */
export async function doctor({ config: file }: { readonly config?: string }): Promise<number> {
  const read = await configOf(file)
  if ('findings' in read) return report(read.findings) ? 0 : 1
  const { config } = read
  // Each is shown when it is known: a platform that does not answer takes a while.
  const looks = [
    () => here(config),
    () => claude(config),
    () => data(config),
    () => wallsFindings(config),
    () => people(config),
    () => platforms(config),
  ]
  let well = true
  for (const look of looks) well = report(await look()) && well
  return well ? 0 : 1
}

async function configOf(
  file: string | undefined,
): Promise<{ readonly config: Config } | { readonly findings: readonly Finding[] }> {
  try {
    return { config: await loadConfig({ file, env: process.env, cwd: process.cwd() }) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { findings: error.message.split('\n').map((what) => ({ ok: false, what })) }
  }
}

function here({ file, hints }: Config): Promise<readonly Finding[]> {
  const from = file === undefined ? 'there is no config file: the defaults hold' : `${file} can be read`
  return Promise.resolve([
    { ok: true, what: `Node ${process.versions.node}` },
    { ok: true, what: from },
    ...hints.map((what) => ({ ok: false, what })),
  ])
}

async function claude({ claude: options }: Config): Promise<readonly Finding[]> {
  const loggedIn = login({ ...process.env, ...options.env }, options.settings)
  const who: Finding =
    loggedIn === undefined
      ? {
          ok: false,
          what: 'Claude is not logged in on this machine',
          advice:
            'run `npx claude` here and follow it, or set CLAUDE_CODE_OAUTH_TOKEN (npx claude setup-token) or ANTHROPIC_API_KEY',
        }
      : { ok: true, what: `Claude's login: ${loggedIn}` }
  try {
    const { path, version, tested } = await locate(options.command)
    const newer = tested ? '' : ', newer than what Parley is tested with'
    return [{ ok: true, what: `Claude CLI ${version} (${path})${newer}` }, who]
  } catch (error) {
    return [{ ok: false, what: error instanceof Error ? error.message : String(error) }, who]
  }
}

async function data({ dataDir }: Config): Promise<readonly Finding[]> {
  let folder = dataDir
  // It is made at the first start, with the folders above it.
  for (;;) {
    try {
      await access(folder, constants.W_OK)
      return [{ ok: true, what: `data goes into ${dataDir}` }]
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (missing && folder !== dirname(folder)) folder = dirname(folder)
      else
        return [
          {
            ok: false,
            what: `${folder} cannot be written to`,
            advice: 'name another folder in `dataDir`, or give this user the right',
          },
        ]
    }
  }
}

async function people({ access: rules, adapters }: Config): Promise<readonly Finding[]> {
  const chats = Object.keys(adapters).filter((name) => name !== 'terminal')
  const lists = [rules.allow, rules.admins, rules.owners, rules.operators, rules.guests]
  if (chats.length === 0 || lists.some((list) => list.length > 0) || rules.pairing === 'code') return []
  return [
    {
      ok: false,
      what: 'the config lets nobody talk to the bot',
      advice: `name yourself in \`access.owners\` ("${chats[0] ?? ''}:<your id>"), or set \`access.pairing: code\``,
    },
  ]
}

async function platforms({ adapters }: Config): Promise<readonly Finding[]> {
  const all = Object.entries(adapters)
  if (all.length === 0) {
    return [{ ok: true, what: 'no platform is configured: `npm start` opens a chat in this terminal' }]
  }
  const found = await Promise.all(all.map(([name, adapter]) => platformFindings(name, adapter)))
  return found.flat()
}
