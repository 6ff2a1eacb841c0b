/** From nothing to an app of Slack's, and what may be wrong with one. */
import { z } from 'zod'
import {
  type AdapterSetup,
  AdapterError,
  type Finding,
  type Log,
  type SetupGuide,
  type SetupQuestion,
} from '../../src/contract.ts'
import { Api } from './api.ts'
import { slackCode } from './faults.ts'
import { installPath, manifestOf, redirectPath, scopes } from './manifest.ts'
import { OAuth } from './oauth.ts'
import type { SlackSettings } from './settings.ts'
import { lasting } from './token.ts'

const apps = 'https://api.slack.com/apps'
const file = 'slack-manifest.json'

const Identity = z.object({
  user: z.string(),
  team: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})

const askBotToken: SetupQuestion = {
  key: 'botToken',
  ask: "the bot's token, xoxb-… (Install App)",
  secret: true,
}
const askAppToken: SetupQuestion = {
  key: 'appToken',
  ask: "the app's token, xapp-… (Basic Information, App-Level Tokens)",
  secret: true,
}
const askSigningSecret: SetupQuestion = {
  key: 'signingSecret',
  ask: 'the signing secret (Basic Information, App Credentials)',
  secret: true,
}

const askClientId: SetupQuestion = {
  key: 'oauth.clientId',
  ask: 'the client ID (Basic Information, App Credentials)',
}
const askClientSecret: SetupQuestion = {
  key: 'oauth.clientSecret',
  ask: 'the client secret (the same page)',
  secret: true,
}

/** In direct chats, too, answers stream then and have a Stop button. */
const common = { directAnswers: 'thread' }

function guide(url: string | undefined): SetupGuide {
  const connection =
    url === undefined
      ? 'Basic Information, App-Level Tokens: Generate Token and Scopes, add the scope connections:write, Generate. That is the token xapp-….'
      : `Basic Information, App Credentials: the Signing Secret. ${leadTo(url)}`
  const { file: manifest, steps } = created(url, false)
  return {
    file: manifest,
    steps: [
      ...steps,
      'Install App: Install to your workspace, Allow. That shows the token xoxb-….',
      connection,
      ...(url === undefined ? [] : [verify]),
    ],
    ...(url === undefined
      ? { questions: [askBotToken, askAppToken], settings: common }
      : { questions: [askBotToken, askSigningSecret], settings: { ...common, mode: 'http' } }),
    ownId: 'in Slack: your picture, Profile, ⋮, Copy member ID',
  }
}

function several(url: string): SetupGuide {
  const { file: manifest, steps } = created(url, true)
  return {
    file: manifest,
    steps: [
      ...steps,
      `Basic Information, App Credentials: the Client ID, the Client Secret, the Signing Secret. ${leadTo(url)}`,
      'Manage Distribution: tick what is asked there, Activate Public Distribution.',
      verify,
      `Then open ${new URL(installPath, url).href} in a browser, once for each workspace, and agree. An admin of an Enterprise organisation may agree for all of it.`,
    ],
    questions: [askClientId, askClientSecret, askSigningSecret],
    settings: { ...common, mode: 'http', 'oauth.url': url },
    instead: ['botToken', 'appToken'],
    ownId:
      'the id of your workspace, /, your own: T012ABCDEF/U012ABCDEF. The first stands in the address of Slack in a browser, app.slack.com/client/T…; the second: your picture, Profile, ⋮, Copy member ID',
  }
}

const verify =
  'Once the bot runs (npm start): Event Subscriptions. Where the page says that the Request URL is not verified, press Retry.'

function leadTo(url: string): string {
  return `Lead ${url} to the port of the bot (3000), by a proxy with a certificate.`
}

function created(
  url: string | undefined,
  many: boolean,
): { readonly file: NonNullable<SetupGuide['file']>; readonly steps: readonly string[] } {
  const manifest = manifestOf(url, many)
  const filledIn = `${apps}?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`
  const from = `Open ${apps}, Create New App, From a manifest, choose your workspace, JSON, and paste ${file}. Or open this, which has it filled in:\n${filledIn}`
  return { file: { name: file, content: `${JSON.stringify(manifest, undefined, 2)}\n` }, steps: [from] }
}

async function check(settings: SlackSettings): Promise<readonly Finding[]> {
  const { mode, appToken: token, botToken, oauth, apiUrl: url } = settings
  const page = pageOf(token)
  const own =
    oauth === undefined
      ? await looked('the bot token', page, () => bot({ token: botToken ?? '', url }, page))
      : await looked('the client secret', page, () => installable(oauth, url))
  if (mode === 'http' || token === undefined) return own
  const connecting = async (): Promise<readonly Finding[]> => {
    await called({ token, url }, (api) =>
      api.run('apps.connections.open', (client) => client.apps.connections.open({})),
    )
    return [{ ok: true, what: 'the app token opens connections' }]
  }
  return [...own, ...(await looked('the app token', page, connecting))]
}

/**
 * The tokens of workspaces are theirs to look after: Slack tells when one is revoked. Slack looks at the client's id and
 * secret before it looks at the code, and there is no such code.
 */
async function installable(
  oauth: NonNullable<SlackSettings['oauth']>,
  apiUrl: string,
): Promise<readonly Finding[]> {
  const page = new URL(installPath, oauth.url).href
  const good: Finding[] = [
    { ok: true, what: 'Slack knows the client ID and its secret' },
    { ok: true, what: `workspaces install the app at ${page}` },
  ]
  try {
    await new OAuth(oauth, apiUrl, silent).exchange('none', new URL(redirectPath, oauth.url).href)
    return good
  } catch (error) {
    if (notThisCode.has(slackCode(error))) return good
    throw error
  }
}

const notThisCode: ReadonlySet<string | undefined> = new Set([
  'invalid_code',
  'code_expired',
  'code_already_used',
  'bad_redirect_uri',
])

async function bot(
  credentials: { readonly token: string; readonly url: string },
  page: string,
): Promise<Finding[]> {
  const answer = await called(credentials, (api) => api.run('auth.test', (client) => client.auth.test()))
  const { user, team, response_metadata: more } = Identity.parse(answer)
  const known: Finding = { ok: true, what: `the bot token is that of @${user} in ${team}` }
  const missing = scopes.filter((scope) => more?.scopes?.includes(scope) === false)
  if (missing.length === 0) return [known, { ok: true, what: 'the app has every scope that it needs' }]
  const what = `the app lacks ${missing.length === 1 ? 'the scope' : 'the scopes'} ${missing.join(', ')}`
  return [
    known,
    {
      ok: false,
      what,
      advice: `${page}/oauth, Bot Token Scopes: add what is missing, then Reinstall to your workspace`,
    },
  ]
}

/** What cannot be found out is a finding. */
async function looked(
  of: string,
  page: string,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const advice =
      error instanceof AdapterError && error.code === 'network'
        ? 'check that this machine reaches slack.com'
        : `compare it with ${page}`
    return [{ ok: false, what: `${of} does not work: ${reason}`, advice }]
  }
}

async function called<T>(
  options: { readonly token: string; readonly url: string },
  call: (api: Api) => Promise<T>,
): Promise<T> {
  const { token, url } = options
  const api = new Api({ token: lasting(token), url, log: silent })
  try {
    return await call(api)
  } finally {
    await api.close()
  }
}

/** The page of the app, where its token tells which one it is. */
function pageOf(token: string | undefined): string {
  const id = /^xapp-\d+-(A[A-Z0-9]+)-/.exec(token ?? '')?.[1]
  return id === undefined ? apps : `${apps}/${id}`
}

const ignore = (): void => undefined
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

export const setup: AdapterSetup<SlackSettings> = { guide, several, check }
