/** The login that a CLI process is not given: what it would have used, and what it gets in its place. Pure. */
import type { Pass, Upstream } from '../broker/port.ts'
import type { Login } from './login.ts'

const anthropicUrl = 'https://api.anthropic.com'

/** How each login that is a key is shown, and by which variable the CLI takes it. Others it has to read by itself. */
const keys: Readonly<
  Partial<Record<Login, readonly [variable: string, (key: string) => Readonly<Record<string, string>>]>>
> = {
  'api-key': ['ANTHROPIC_API_KEY', (key) => ({ 'x-api-key': key })],
  'auth-token': ['ANTHROPIC_AUTH_TOKEN', (key) => ({ authorization: `Bearer ${key}` })],
  'oauth-token': ['CLAUDE_CODE_OAUTH_TOKEN', (key) => ({ authorization: `Bearer ${key}` })],
}

/** What is the broker's to know. */
export const withheld: ReadonlySet<string> = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_CUSTOM_HEADERS',
  'CLAUDE_CODE_CLIENT_CERT',
  'CLAUDE_CODE_CLIENT_KEY',
  'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
  'CLAUDE_CODE_OAUTH_TOKEN',
])

/** Where and as whom the CLI would ask. Undefined: by a login that it has to read by itself. */
export function upstreamOf(
  environment: Readonly<Record<string, string>>,
  login: Login | undefined,
): Upstream | undefined {
  const [variable, shown] = (login && keys[login]) ?? []
  const key = variable === undefined ? undefined : environment[variable]
  if (key === undefined || shown === undefined) return undefined
  const url = environment.ANTHROPIC_BASE_URL ?? ''
  return {
    baseUrl: url === '' ? anthropicUrl : url,
    headers: { ...customHeaders(environment.ANTHROPIC_CUSTOM_HEADERS), ...shown(key) },
    environment: proxyAndCertificates(environment),
  }
}

/** The environment without the key, with the pass. */
export function withPass(
  environment: Readonly<Record<string, string>>,
  login: Login,
  { baseUrl }: Upstream,
  { url, token }: Pick<Pass, 'url' | 'token'>,
): Record<string, string> {
  const [variable = ''] = keys[login] ?? []
  const rest = Object.entries(environment).filter(([name]) => !withheld.has(name))
  return {
    ...Object.fromEntries(rest),
    ...aroundProxies(environment),
    ANTHROPIC_BASE_URL: url,
    [variable]: token,
    // What the CLI does for Anthropic's own address alone, it goes on doing.
    ...(new URL(baseUrl).origin === anthropicUrl && { _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: '1' }),
  }
}

/** A line each, as the CLI takes them. */
function customHeaders(text = ''): Record<string, string> {
  const lines = text.split(/\n|\\n/).map((line) => /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line))
  return Object.fromEntries(
    lines.flatMap((line) => (line === null ? [] : [[String(line[1]).toLowerCase(), String(line[2])]])),
  )
}

const proxies = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy', 'ALL_PROXY', 'all_proxy']

function proxyAndCertificates(environment: Readonly<Record<string, string>>): Record<string, string> {
  const names = [...proxies, 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS', ...withheld].filter((name) =>
    /proxy|CERT|CLIENT/i.test(name),
  )
  return Object.fromEntries(names.flatMap((name) => [[name, environment[name]]]).filter(isSet))
}

function isSet(entry: readonly (string | undefined)[]): entry is [string, string] {
  return entry[1] !== undefined && entry[1] !== ''
}

/** No proxy reaches our loopback. */
function aroundProxies(environment: Readonly<Record<string, string>>): Record<string, string> {
  if (!proxies.some((name) => (environment[name] ?? '') !== '')) return {}
  const { NO_PROXY, no_proxy = NO_PROXY } = environment
  const list = [no_proxy, '127.0.0.1'].filter((entry) => entry !== undefined && entry !== '').join(',')
  return { NO_PROXY: list, no_proxy: list }
}

/** Settings of the CLI bring an environment of their own, which beats that of the process. */
export function settingsEnvironment(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const { env } = settings
  if (typeof env !== 'object' || env === null) return {}
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}
