/** Can the model be reached from here with the login that there is, and does this machine know what time it is? */
import { isOn } from '../claude/environment.ts'
import type { Config } from '../config.ts'
import type { Finding } from '../contract.ts'

type Environment = Readonly<Record<string, string | undefined>>

const standard = 'https://api.anthropic.com'
const patienceMs = 8000
/** Platforms refuse signatures that are five minutes off, and some tokens sooner. */
const mostSkewMs = 60_000

/** `env`: of this process; what the config adds comes on top, as for the CLI. */
export async function modelFindings(
  { claude }: Pick<Config, 'claude'>,
  env: Environment,
): Promise<readonly Finding[]> {
  const all: Environment = { ...env, ...claude.env }
  const elsewhere = ['BEDROCK', 'VERTEX', 'FOUNDRY'].some((name) => isOn(all[`CLAUDE_CODE_USE_${name}`]))
  const proxy = all['HTTPS_PROXY'] ?? all['https_proxy'] ?? ''
  // The CLI's own ways there; this program would take another, and find out nothing.
  if (elsewhere || proxy !== '') return []
  const base = all['ANTHROPIC_BASE_URL'] ?? standard
  if (!URL.canParse(base)) {
    return [{ ok: false, what: `ANTHROPIC_BASE_URL is no URL: ${base}`, advice: `e.g. ${standard}` }]
  }
  return reached(new URL(base), all)
}

async function reached(base: URL, env: Environment): Promise<readonly Finding[]> {
  const { origin } = base
  try {
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/v1/models`, base)
    const asked = Date.now()
    // It costs nothing. A gateway that has no such page is there all the same.
    const response = await fetch(url, {
      headers: { 'anthropic-version': '2023-06-01', ...credentials(env) },
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'manual',
    })
    await response.body?.cancel()
    const date = Date.parse(response.headers.get('date') ?? '')
    return [access(response.status, origin, env), ...clock(date, asked, origin)]
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const why = cause instanceof Error ? cause.message : String(cause)
    const advice = 'check the network, a firewall, DNS; behind a proxy set HTTPS_PROXY'
    return [{ ok: false, what: `the model cannot be reached at ${origin}: ${why}`, advice }]
  }
}

/** Only what may be used by any program; whether another login works, a first message tells. */
function credentials(env: Environment): Record<string, string> {
  const token = env['ANTHROPIC_AUTH_TOKEN'] ?? ''
  const key = env['ANTHROPIC_API_KEY'] ?? ''
  if (token !== '') return { authorization: `Bearer ${token}` }
  return key === '' ? {} : { 'x-api-key': key }
}

function access(status: number, origin: string, env: Environment): Finding {
  const asked = Object.keys(credentials(env)).length > 0
  if (asked && (status === 401 || status === 403)) {
    const what = `the model at ${origin} refuses the ${'ANTHROPIC_AUTH_TOKEN' in env ? 'token' : 'key'} (${status})`
    return {
      ok: false,
      what,
      advice: 'make another in the console that it is from, or log in by `npx claude`',
    }
  }
  if (status >= 500) {
    const advice = 'look at status.anthropic.com, or at your gateway'
    return { ok: false, what: `the model at ${origin} is out of order (${status})`, advice }
  }
  const known = asked && status === 200 ? ', and the login works' : ''
  return { ok: true, what: `the model can be reached at ${origin}${known}` }
}

function clock(date: number, asked: number, origin: string): readonly Finding[] {
  if (Number.isNaN(date)) return []
  // The header tells whole seconds, of some moment between question and answer.
  const off = date < asked ? asked - date - 1000 : date - Date.now()
  if (off <= mostSkewMs) return [{ ok: true, what: 'the clock is right' }]
  const way = date < asked ? 'ahead of' : 'behind'
  const seconds = Math.round(off / 1000)
  return [
    {
      ok: false,
      what: `the clock of this machine is ${seconds} s ${way} that of ${origin}`,
      advice: 'have it set by the network: `timedatectl set-ntp true`',
    },
  ]
}
