/** Sessions with Claude over HTTP: REST, server-sent events. */
import { AdapterError, type Adapter, type Bot, type CreateAdapter } from '../../src/contract.ts'
import { adapterName } from './inbound.ts'
import { Keys } from './keys.ts'
import { Outbound } from './outbound.ts'
import type { App } from './parts.ts'
import { Runs } from './runs.ts'
import { againAsked } from './asking.ts'
import { makeServer } from './server.ts'
import type { HttpSettings } from './settings.ts'

const roles = { chat: 'member', operate: 'operator', admin: 'admin' } as const

/** What runs between start and stop. */
interface Serving {
  readonly app: App
  readonly runs: Runs
  readonly outbound: Outbound
  readonly closing: AbortController
}

const create: CreateAdapter<HttpSettings> = (settings) => {
  const keys = new Keys(settings.apiKeys)
  let serving: Serving | undefined

  const out = (): Outbound => {
    if (serving !== undefined) return serving.outbound
    throw new AdapterError('network', 'the HTTP server does not run')
  }

  async function start(bot: Bot, signal: AbortSignal): Promise<void> {
    const closing = new AbortController()
    const runs = await Runs.open(bot.keep, bot.log, settings.keepDays)
    const outbound = new Outbound(bot, runs)
    const app = await makeServer({ bot, settings, keys, runs, outbound, closing: closing.signal })
    serving = { app, runs, outbound, closing }
    const { host, port } = settings
    try {
      await app.listen({ host, port, signal })
    } catch (cause) {
      await adapter.stop()
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AdapterError('network', `the HTTP server cannot listen at ${host}:${port}: ${reason}`, {
        cause,
      })
    }
    await againAsked(bot, runs)
    bot.log.info({ at: app.listeningOrigin }, 'the HTTP API is served')
  }

  const adapter: Adapter = {
    name: adapterName,
    limits: { text: Number.MAX_SAFE_INTEGER, editEvery: 0, buttons: Number.MAX_SAFE_INTEGER },
    programs: true,
    vouches: (user) => {
      const scope = keys.scopeOf(user)
      return scope && roles[scope]
    },
    start,
    async stop() {
      serving?.closing.abort()
      await serving?.app.close()
      serving?.runs.close()
    },
    measure: (markdown) => markdown.length,
    send: (to, reply) => out().send(to, reply),
    edit: (sent, reply) => out().edit(sent, reply),
    stream: (_to, key) => out().stream(key),
  }
  return adapter
}

export default create
