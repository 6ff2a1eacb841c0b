/** Who the bot is, as Discord says. */
import { ApplicationFlags } from 'discord.js'
import { z } from 'zod'
import type { Api } from './api.ts'

const Application = z.object({ id: z.string(), flags: z.int().default(0) })
const User = z.object({ id: z.string(), username: z.string() })

export interface Identity {
  /** Its id as a user. */
  readonly user: string
  /** Its id as an application. */
  readonly app: string
  readonly name: string
  /** True: it may read what is not addressed to it (message content intent). */
  readonly readsAll: boolean
}

/** Throws {@link AdapterError}. */
export async function identify(api: Api): Promise<Identity> {
  const app = Application.parse(await api.run('who the bot is', (rest) => rest.get('/applications/@me')))
  const user = User.parse(await api.run('who the bot is', (rest) => rest.get('/users/@me')))
  const may = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited
  return { user: user.id, app: app.id, name: user.username, readsAll: (app.flags & may) !== 0 }
}
