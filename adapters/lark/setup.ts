/** From nothing to an app of Feishu's or Lark's, and what may be wrong with one. */
import { z } from 'zod'
import {
  type AdapterSetup,
  AdapterError,
  type Finding,
  type Log,
  type SetupGuide,
  type SetupQuestion,
} from '../../src/contract.ts'
import { Answered, Api } from './api.ts'
import { Budget } from './budget.ts'
import { larkCode } from './faults.ts'
import {
  callbacks,
  departmentEvents,
  departmentScopes,
  events,
  eventsPath,
  nameScopes,
  permissions,
  scopes,
} from './manifest.ts'
import type { LarkSettings } from './settings.ts'

const file = 'lark-permissions.json'
const noBot = 11_205
const notInstalled = 212_100

const Info = z.object({ bot: z.object({ app_name: z.string(), activate_status: z.number() }) })
/** What `activate_status` says; not here: the app is on. */
const states: Readonly<Record<number, string>> = {
  0: 'is not released yet',
  1: 'is switched off by an administrator',
  3: 'is installed and waits for an administrator to switch it on',
  4: 'has a new version that waits for an administrator',
  5: 'is off, for its licence is over',
  6: 'is off, for the plan of the company is over',
}
const granted = 1
const Scopes = Answered({ scopes: z.array(z.object({ scope_name: z.string(), grant_status: z.number() })) })
const names = z.array(z.string()).default([])
const Events = z.object({ subscription_type: z.string().optional(), subscribed_events: names })
const Callbacks = z.object({ callback_type: z.string().optional(), subscribed_callbacks: names })
const Application = Answered({
  app: z.object({
    event: Events.optional(),
    callback: Callbacks.optional(),
    /** The same, by its newer name. */
    callback_info: Callbacks.optional(),
  }),
})
const Connection = z.object({ code: z.number(), msg: z.string().default('') })

const questions: readonly SetupQuestion[] = [
  { key: 'domain', ask: 'the cloud of your company: feishu.cn or larksuite.com' },
  { key: 'appId', ask: "the app's id, cli_… (Credentials & Basic Info)" },
  { key: 'appSecret', ask: "the app's secret (Credentials & Basic Info)", secret: true },
]
const webhookQuestions: readonly SetupQuestion[] = [
  { key: 'encryptKey', ask: 'the Encrypt Key (Events & Callbacks, Encryption Strategy)', secret: true },
  { key: 'verificationToken', ask: 'the Verification Token (on the same page)', secret: true },
]

function guide(url: string | undefined): SetupGuide {
  return {
    file: { name: file, content: `${JSON.stringify(permissions(), undefined, 2)}\n` },
    steps: [
      'Open https://open.feishu.cn/app (Lark: https://open.larksuite.com/app), Create Custom App. Credentials & Basic Info shows its id and its secret.',
      'Add Features: Bot.',
      `Permissions & Scopes, Batch import/export scopes: paste ${file}. If people are to be called by their names, tick ${nameScopes.join(' and ')} too (optional: an administrator has to agree).`,
      ...(url === undefined
        ? []
        : [
            `Events & Callbacks, Encryption Strategy: set an Encrypt Key; the page shows the Verification Token too. Lead ${url} to the port of the bot (3001), by a proxy with a certificate.`,
          ]),
    ],
    ...(url === undefined
      ? { questions }
      : { questions: [...questions, ...webhookQuestions], settings: { mode: 'webhook' } }),
    ownId: 'your open_id, ou_…, as this app sees you',
  }
}

function next(settings: LarkSettings): Promise<readonly string[]> {
  const page = pageOf(settings)
  const way =
    settings.mode === 'websocket'
      ? 'Receive events through persistent connection'
      : `Send events to your server, at ${eventsPath} of the address that leads to it`
  return Promise.resolve([
    'Start the bot in another terminal (npm start): the console saves the next two pages only while it runs.',
    `Open ${page}/event, Event Configuration: ${way}. Add events: ${events.map(({ type }) => type).join(', ')}.`,
    `On the same page, Callback Configuration: the same way. Add callbacks: ${callbacks.join(', ')}.`,
    `Open ${page}/version, Create a version, and release it. An administrator of your company may have to agree.`,
  ])
}

async function check(settings: LarkSettings): Promise<readonly Finding[]> {
  const budget = new Budget()
  const { appId, appSecret, url } = settings
  const api = new Api({ appId, appSecret, url, budget, log: silent })
  const page = pageOf(settings)
  try {
    return [
      ...(await bot(api, page)),
      ...(await granting(api, settings, page)),
      ...(await subscriptions(api, settings, page)),
      ...(await connection(api, settings)),
    ]
  } catch (error) {
    // What comes after would fail alike.
    return [failed(error, settings, page)]
  } finally {
    await api.close()
  }
}

async function bot(api: Api, page: string): Promise<Finding[]> {
  try {
    const { bot: found } = await api.call({ method: 'GET', path: '/bot/v3/info' }, Info)
    const known: Finding = { ok: true, what: `the app is ${found.app_name}, and its bot is on` }
    const state = states[found.activate_status]
    if (state === undefined) return [known]
    const advice = `${page}/version: Create a version and release it; an administrator agrees in the admin console`
    return [known, { ok: false, what: `the app ${state}`, advice }]
  } catch (error) {
    if (larkCode(error) !== noBot) throw error
    const advice = `${page}: Add Features, Bot; then release a version`
    return [{ ok: false, what: 'the app has no bot', advice }]
  }
}

async function granting(api: Api, { departments }: LarkSettings, page: string): Promise<Finding[]> {
  try {
    const { data } = await api.call({ method: 'GET', path: '/application/v6/scopes' }, Scopes)
    const has = new Set(
      data.scopes.flatMap(({ scope_name, grant_status }) => (grant_status === granted ? [scope_name] : [])),
    )
    const wanted = [...Object.keys(scopes), ...(departments ? departmentScopes : [])]
    const lacks = wanted.filter((scope) => !has.has(scope))
    const nameless = unnamed(has, page)
    if (lacks.length === 0)
      return [{ ok: true, what: 'the app has every permission that it needs' }, ...nameless]
    const advice = `${page}/auth: add what is missing, then release a version`
    return lacks.map((scope) => ({ ok: false, what: `the app lacks ${scope}${purpose(scope)}`, advice }))
  } catch (error) {
    if (larkCode(error) !== notInstalled) throw error
    const advice = `${page}/version: Create a version and release it`
    return [{ ok: false, what: 'the app is not released in this company', advice }]
  }
}

/** Optional: nothing is wrong without it. */
function unnamed(has: ReadonlySet<string>, page: string): Finding[] {
  const lacks = nameScopes.filter((scope) => !has.has(scope))
  if (lacks.length === 0) return []
  const advice = `${page}/auth: add ${lacks.join(' and ')} if you like, then release a version`
  return [{ ok: true, what: 'people are called by their ids: the app may not read their names', advice }]
}

function purpose(scope: string): string {
  return `: ${scopes[scope] ?? 'departments in access lists (adapters.lark.departments)'}`
}

/** The version that is released: what was ticked and not released does not count. */
async function subscriptions(
  api: Api,
  { mode, departments }: LarkSettings,
  page: string,
): Promise<Finding[]> {
  const request = {
    method: 'GET',
    path: '/application/v6/applications/me',
    query: { lang: 'en_us' },
  } as const
  const found = await api.call(request, Application).catch((error: unknown) => {
    if (error instanceof AdapterError && ['forbidden', 'unknown', 'rejected'].includes(error.code))
      return undefined
    throw error
  })
  const { event, callback: older, callback_info: callback = older } = found?.data.app ?? {}
  if (event === undefined) return [unseen(page)]
  const wrong: Finding[] = []
  const advice = `${page}/event: Event Configuration, Callback Configuration; then release a version`
  const types = new Set([event.subscription_type, callback?.callback_type])
  types.delete(undefined)
  if ([...types].some((type) => type !== mode)) {
    const way = mode === 'websocket' ? 'persistent connection' : 'requests to the address of the bot'
    wrong.push({ ok: false, what: `events and presses are not set to come by ${way}`, advice })
  }
  for (const { type, needed } of [...events, ...(departments ? departmentEvents : [])]) {
    if (event.subscribed_events.includes(type)) continue
    wrong.push({ ok: !needed, what: `the app is not told of ${type}`, advice })
  }
  for (const type of callback === undefined ? [] : callbacks) {
    if (!callback?.subscribed_callbacks.includes(type))
      wrong.push({ ok: false, what: `the app is not told of presses (${type})`, advice })
  }
  return wrong.length > 0 ? wrong : [{ ok: true, what: 'the app is told of every event that it needs' }]
}

function unseen(page: string): Finding {
  const all = [...events.map(({ type }) => type), ...callbacks].join(', ')
  return { ok: true, what: 'which events the app is told of cannot be seen', advice: `${page}/event: ${all}` }
}

/** Asks where to connect, and does not: whoever is connected would get events that are meant for the bot. */
async function connection(api: Api, { mode, appId, appSecret, url }: LarkSettings): Promise<Finding[]> {
  if (mode !== 'websocket') return []
  const body = { AppID: appId, AppSecret: appSecret }
  const { code, msg } = Connection.parse(await api.transport.post(`${url}/callback/ws/endpoint`, body))
  if (code === 0) return [{ ok: true, what: 'it can connect' }]
  const advice = 'see Events & Callbacks, Event Configuration: persistent connection'
  return [{ ok: false, what: `it cannot connect: ${msg} (${code})`, advice }]
}

function failed(error: unknown, { url }: LarkSettings, page: string): Finding {
  const reason = error instanceof Error ? error.message : String(error)
  const unreachable = error instanceof AdapterError && error.code === 'network'
  const advice = unreachable
    ? `check that this machine reaches ${new URL(url).host}`
    : `compare the app's id and secret with ${page}/baseinfo, and \`domain\` with your cloud`
  return { ok: false, what: `the app does not work: ${reason}`, advice }
}

/** The app's pages in the console of its cloud. */
function pageOf({ appId, url }: LarkSettings): string {
  const cloud = url === 'https://open.larksuite.com' ? url : 'https://open.feishu.cn'
  return `${cloud}/app/${appId}`
}

const ignore = (): void => undefined
const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

export const setup: AdapterSetup<LarkSettings> = { guide, next, check }
