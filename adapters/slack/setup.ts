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
import { installPath, manifestOf, scopes } from './manifest.ts'
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

function guide(url: string | undefined): SetupGuide {
  const manifest = manifestOf(url)
  const filledIn = `${apps}?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(manifest))}`
  const connection =
    url === undefined
      ? 'Basic Information, App-Level Tokens: Generate Token and Scopes, add the scope connections:write, Generate. That is the token xapp-….'
      : `Basic Information, App Credentials: the Signing Secret. Lead ${url} to the port of the bot (3000), by a proxy with a certificate.`
  return {
    file: { name: file, content: `${JSON.stringify(manifest, undefined, 2)}\n` },
    steps: [
      `Open ${apps}, Create New App, From a manifest, choose your workspace, JSON, and paste ${file}. Or open this, which has it filled in:\n${filledIn}`,
      'Install App: Install to your workspace, Allow. That shows the token xoxb-….',
      connection,
    ],
    ...(url === undefined
      ? { questions: [askBotToken, askAppToken] }
      : { questions: [askBotToken, askSigningSecret], settings: { mode: 'http' } }),
    ownId: 'in Slack: your picture, Profile, ⋮, Copy member ID',
  }
}

async function check(settings: SlackSettings): Promise<readonly Finding[]> {
  const { mode, appToken: token, botToken, oauth, apiUrl: url } = settings
  const page = pageOf(token)
  const own =
    botToken === undefined
      ? installable(oauth?.url)
      : await looked('the bot token', page, () => bot({ token: botToken, url }, page))
  if (mode === 'http' || token === undefined) return own
  const connecting = async (): Promise<readonly Finding[]> => {
    await called({ token, url }, (api) =>
      api.run('apps.connections.open', (client) => client.apps.connections.open({})),
    )
    return [{ ok: true, what: 'the app token opens connections' }]
  }
  return [...own, ...(await looked('the app token', page, connecting))]
}

/** The tokens of workspaces are theirs to look after: Slack tells when one is revoked. */
function installable(url = ''): readonly Finding[] {
  return [{ ok: true, what: `workspaces install the app at ${new URL(installPath, url).href}` }]
}

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

export const setup: AdapterSetup<SlackSettings> = { guide, check }
