/** One workspace: the bot as it is known there, and its token. */
import { z } from 'zod'
import type { Bot } from '../../src/contract.ts'
import { Api } from './api.ts'
import { Budget } from './budget.ts'
import { Directs } from './directs.ts'
import { Finder } from './finder.ts'
import { Home } from './home.ts'
import type { Self } from './inbound.ts'
import { Order } from './order.ts'
import { Outbound } from './outbound.ts'
import { Panels } from './panels.ts'
import { Profiles } from './profiles.ts'
import type { Mentions } from './text.ts'
import { Sessions } from './sessions.ts'
import { Threads } from './threads.ts'
import type { Token } from './token.ts'

const Identity = z
  .object({
    user_id: z.string(),
    bot_id: z.string(),
    user: z.string(),
    team_id: z.string(),
    enterprise_id: z.string().nullish(),
    is_enterprise_install: z.boolean().optional(),
  })
  .transform((self) => ({
    user: self.user_id,
    bot: self.bot_id,
    name: self.user,
    team: self.team_id,
    enterprise: self.enterprise_id ?? undefined,
    whole: self.is_enterprise_install === true,
  }))

export interface Workspace {
  readonly bot: Bot
  readonly api: Api
  readonly self: Self
  readonly budget: Budget
  readonly threads: Threads
  readonly order: Order
  readonly profiles: Profiles
  readonly outbound: Outbound
  readonly directs: Directs
  readonly panels: Panels
  readonly sessions: Sessions
  readonly home: Home
  /** Messages that grow now, by their ids. */
  readonly live: Set<string>
  /** No further call is made. Never rejects. */
  close(): Promise<void>
}

export interface WorkspaceOptions {
  readonly bot: Bot
  /** Of the Web API. */
  readonly url: string
  /** Whom answers may ping. */
  readonly mentions: Mentions
  /** Whether each question in a direct chat gets a thread of its own. */
  readonly threads: boolean
}

/** Throws {@link AdapterError}: the token does not work. */
export async function openWorkspace(
  token: Token,
  { bot, url, mentions, threads: own }: WorkspaceOptions,
): Promise<Workspace> {
  const { log } = bot
  const api = new Api({ token, url, log })
  const identity = Identity.parse(await api.run('auth.test', (client) => client.auth.test()))
  const self = { ...identity, threads: own }
  const budget = new Budget()
  const threads = new Threads(api, self, budget)
  const profiles = new Profiles(api, log)
  const sessions = new Sessions(api, budget, log)
  const directs = new Directs(api, self.name)
  return {
    bot,
    api,
    self,
    budget,
    threads,
    order: new Order(),
    profiles,
    outbound: new Outbound({
      api,
      budget,
      threads,
      sessions,
      mentions,
      directs,
      finder: new Finder(api, self),
    }),
    directs,
    panels: new Panels(api, log),
    sessions,
    home: new Home(api, bot, profiles),
    live: new Set(),
    close: async () => {
      await sessions.close()
      await api.close()
    },
  }
}
