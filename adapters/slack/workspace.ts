/** One workspace: the bot as it is known there, and its token. */
import { z } from 'zod'
import type { Bot } from '../../src/contract.ts'
import { Api } from './api.ts'
import { Budget } from './budget.ts'
import { Home } from './home.ts'
import type { Self } from './inbound.ts'
import { Outbound } from './outbound.ts'
import { Panels } from './panels.ts'
import { Profiles } from './profiles.ts'
import type { Mentions } from './text.ts'
import { Threads } from './threads.ts'
import type { Token } from './token.ts'

const Identity = z.object({ user_id: z.string(), bot_id: z.string(), user: z.string() })

export interface Workspace {
  readonly bot: Bot
  readonly api: Api
  readonly self: Self
  readonly budget: Budget
  readonly threads: Threads
  readonly profiles: Profiles
  readonly outbound: Outbound
  readonly panels: Panels
  readonly home: Home
  /** Messages that grow now, by their ids. */
  readonly live: Set<string>
}

export interface WorkspaceOptions {
  readonly bot: Bot
  /** Of the Web API. */
  readonly url: string
  /** Whom answers may ping. */
  readonly mentions: Mentions
}

/** Throws {@link AdapterError}: the token does not work. */
export async function openWorkspace(
  token: Token,
  { bot, url, mentions }: WorkspaceOptions,
): Promise<Workspace> {
  const { log } = bot
  const api = new Api({ token, url, log })
  const identity = Identity.parse(await api.run('auth.test', (client) => client.auth.test()))
  const self = { user: identity.user_id, bot: identity.bot_id, name: identity.user }
  const budget = new Budget()
  const threads = new Threads(api, self)
  const profiles = new Profiles(api, log)
  return {
    bot,
    api,
    self,
    budget,
    threads,
    profiles,
    outbound: new Outbound({ api, budget, threads, mentions }),
    panels: new Panels(api, log),
    home: new Home(api, bot, profiles),
    live: new Set(),
  }
}
