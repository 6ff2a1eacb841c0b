/** From nothing to a bot of Discord's, and what may be wrong with one. */
import { z } from 'zod'
import { type AdapterSetup, AdapterError, type Finding, type SetupGuide } from '../../src/contract.ts'
import { Api } from './api.ts'
import { leastKept } from './brake.ts'
import { Budget } from './budget.ts'
import { invitation, missing } from './permissions.ts'
import { type Identity, identify } from './self.ts'
import type { DiscordSettings } from './settings.ts'

const portal = 'https://discord.com/developers/applications'
/** Of guilds that lack something, so many are named. */
const mostNamed = 5

const Starts = z.object({ session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }) })
const Guilds = z.array(z.object({ name: z.string(), permissions: z.string().regex(/^\d+$/) }))

function guide(): SetupGuide {
  return {
    steps: [
      `Open ${portal}, New Application, give it a name.`,
      'Bot, Privileged Gateway Intents: switch Message Content Intent on if the bot is to read what is said in its threads without a mention. It works without it, too.',
      'Bot, Reset Token. That shows the token.',
    ],
    questions: [{ key: 'token', ask: "the bot's token (Bot, Reset Token)", secret: true }],
    ownId: 'in Discord: Settings, Advanced, Developer Mode on; then a right click on yourself, Copy User ID',
  }
}

async function next(settings: DiscordSettings): Promise<readonly string[]> {
  const app = await called(settings, identify)
    .then((identity) => identity.app)
    // A token that does not work is found when it is tried.
    .catch(() => undefined)
  if (app === undefined) return []
  return [`Open this, choose your server, Authorize:\n${invitation(app, settings)}`]
}

async function check(settings: DiscordSettings): Promise<readonly Finding[]> {
  try {
    return await called(settings, async (api) => {
      const identity = await identify(api)
      const known = { ok: true, what: `the token is that of @${identity.name}` }
      return [
        known,
        content(identity),
        ...(await connections(api)),
        ...(await guilds(api, identity, settings)),
      ]
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const unreachable = error instanceof AdapterError && error.code === 'network'
    const advice = unreachable
      ? 'check that this machine reaches discord.com'
      : `compare it with ${portal}, Bot`
    return [{ ok: false, what: `the token does not work: ${reason}`, advice }]
  }
}

/** Both are well: the bot works with what it has. */
function content({ app, readsAll }: Identity): Finding {
  if (readsAll) return { ok: true, what: 'it may read what is said in its threads (message content intent)' }
  return {
    ok: true,
    what: 'it hears what is written to it directly, names it or replies to it (message content intent is off)',
    advice: `to have it read on in its threads: ${portal}/${app}/bot, Message Content Intent`,
  }
}

async function connections(api: Api): Promise<readonly Finding[]> {
  const answer = await api.run('the way to the gateway', (rest) => rest.get('/gateway/bot'))
  const { remaining, reset_after: after } = Starts.parse(answer).session_start_limit
  if (remaining > leastKept) return [{ ok: true, what: 'it can connect' }]
  const minutes = Math.ceil(after / 60_000)
  if (remaining > 0) {
    return [
      {
        ok: true,
        what: `it can connect, but of the sessions that Discord allows a day only ${remaining} are left: one that is lost waits for the reset in ${minutes} minutes`,
        advice: 'look in the log for what ends its sessions, or makes it start again and again',
      },
    ]
  }
  return [
    {
      ok: false,
      what: `Discord allows no further connection for ${minutes} minutes`,
      advice: 'wait; look for what makes the bot start again and again',
    },
  ]
}

/** What channels forbid besides is not looked at: it is said in the log when it matters. */
async function guilds(api: Api, { app }: Identity, settings: DiscordSettings): Promise<readonly Finding[]> {
  const url = invitation(app, settings)
  const all = Guilds.parse(await api.run('the servers of the bot', (rest) => rest.get('/users/@me/guilds')))
  if (all.length === 0) {
    return [
      { ok: false, what: 'the bot is in no server', advice: `open ${url}, choose your server, Authorize` },
    ]
  }
  const lacking = all.flatMap(({ name, permissions }): Finding[] => {
    const lacks = missing(BigInt(permissions), settings)
    if (lacks.length === 0) return []
    const advice = `open ${url} once more for that server, or give its role what is missing`
    return [{ ok: false, what: `it lacks in “${name}”: ${lacks.join(', ')}`, advice }]
  })
  const well = all.length - lacking.length
  const servers = well === 1 ? '1 server' : `${well} servers`
  return [
    ...(well === 0 ? [] : [{ ok: true, what: `it has every permission that it needs in ${servers}` }]),
    ...lacking.slice(0, mostNamed),
  ]
}

async function called<T>(
  { token, apiUrl: url }: DiscordSettings,
  call: (api: Api) => Promise<T>,
): Promise<T> {
  const api = new Api({ token, url, budget: new Budget() })
  try {
    return await call(api)
  } finally {
    await api.close()
  }
}

export const setup: AdapterSetup<DiscordSettings> = { guide, next, check }
