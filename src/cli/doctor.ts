/** `parley doctor`: what is missing before the bot can answer, and what to do about each. */
import { locate } from '../claude/locate.ts'
import { isKept, usedLogin } from '../claude/login.ts'
import { type Config, ConfigError, loadConfig } from '../config.ts'
import type { Finding } from '../contract.ts'
import { diskFindings } from './disk-findings.ts'
import { platformFindings, report, wallsFindings } from './findings.ts'
import { modelFindings } from './model-findings.ts'

const leastNode = 24

/** Exit code 0: all is well. */
export async function doctor({ config: file }: { readonly config?: string }): Promise<number> {
  const read = await configOf(file)
  if ('findings' in read) return report(read.findings) ? 0 : 1
  const { config } = read
  // Each is shown when it is known: a platform that does not answer takes a while.
  const looks = [
    () => here(config),
    () => claudeFindings(config),
    () => modelFindings(config, process.env),
    () => diskFindings(config.dataDir),
    () => records(config),
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
    node(process.versions.node),
    { ok: true, what: from },
    ...hints.map((what) => ({ ok: false, what })),
  ])
}

/** What `npm ci` brings is right; somebody may have run another. */
function node(version: string): Finding {
  const what = `Node ${version}`
  if (Number(version.split('.')[0]) >= leastNode) return { ok: true, what }
  const advice = `run Parley by \`npm run\`, which takes the Node that \`npm ci\` brought, or by Node ${leastNode}`
  return { ok: false, what: `${what} is older than what Parley is tested with`, advice }
}

export async function claudeFindings({ claude: options }: Config): Promise<readonly Finding[]> {
  const loggedIn = usedLogin(options)
  const who: Finding =
    loggedIn === undefined
      ? {
          ok: false,
          what: 'Claude is not logged in on this machine',
          advice:
            'run `npx claude` here and follow it, or set CLAUDE_CODE_OAUTH_TOKEN (npx claude setup-token) or ANTHROPIC_API_KEY',
        }
      : {
          ok: true,
          what: `Claude's login: ${loggedIn}, ${isKept(loggedIn) ? 'kept from the CLI' : 'which the CLI reads by itself'}`,
        }
  try {
    const { path, version, tested } = await locate(options.command)
    const newer = tested ? '' : ', newer than what Parley is tested with'
    return [{ ok: true, what: `Claude CLI ${version} (${path})${newer}` }, who]
  } catch (error) {
    return [{ ok: false, what: error instanceof Error ? error.message : String(error) }, who]
  }
}

/** Records and queue, where they do not lie in the data directory. */
async function records({ store, queue }: Config): Promise<readonly Finding[]> {
  const keys = new Map<string, string[]>()
  for (const [key, url] of Object.entries({ 'store.url': store.url, 'queue.url': queue.url }))
    if (url !== undefined) keys.set(url, [...(keys.get(url) ?? []), key])
  if (keys.size === 0) return []
  const { redisFindings } = await import('../store/redis-findings.ts')
  const found = await Promise.all([...keys].map(([url, names]) => redisFindings(url, names.join(' and '))))
  return found.flat()
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
