/** Sessions with Claude over HTTP: REST, server-sent events. */
import { AdapterError, type Adapter, type Bot, type CreateAdapter } from '../../src/contract.ts'
import { gatewayEnvironment } from './gateway/environment.ts'
import { adapterName } from './inbound.ts'
import { Keys } from './keys.ts'
import { Outbound } from './outbound.ts'
import type { App, Parts } from './parts.ts'
import { Runs } from './runs.ts'
import { againAsked } from './asking.ts'
import { SentFiles } from './sent-files.ts'
import { makeServer } from './server.ts'
import type { HttpSettings } from './settings.ts'
import { Tasks } from './tasks.ts'
import { Webhooks } from './webhooks.ts'

const roles = { chat: 'member', operate: 'operator', admin: 'admin' } as const

/** How long readers have to take what is on its way to them. */
const drainMs = 1_000

/** What runs between start and stop. */
interface Serving {
  readonly app: App
  readonly parts: Parts
  readonly ending: AbortController
}

const create: CreateAdapter<HttpSettings> = (settings) => {
  const keys = new Keys(settings.apiKeys)
  const { gateway } = settings
  let serving: Serving | undefined

  const out = (): Outbound => {
    if (serving !== undefined) return serving.parts.outbound
    throw new AdapterError('network', 'the HTTP server does not run')
  }

  async function start(bot: Bot, signal: AbortSignal): Promise<void> {
    const ending = new AbortController()
    const { signal: closing } = ending
    const { host, port, keepDays, webhooks: hooks } = settings
    const { log } = bot
    const isClosed = (): boolean => bot.draining
    const runs = await Runs.open({ keep: bot.keep, log, keepDays, isClosed })
    const files = await SentFiles.open(bot, keepDays)
    const outbound = new Outbound(bot, runs, files)
    const tasks = new Tasks({ bot, runs, concurrency: settings.tasks.concurrency, closing })
    const webhooks = new Webhooks({ runs, settings: hooks, log })
    const closed = new Promise<void>((resolve) => {
      closing.addEventListener('abort', () => resolve(), { once: true })
    })
    const parts = { bot, settings, keys, runs, files, outbound, tasks, webhooks, closing, closed }
    const app = await makeServer(parts)
    serving = { app, parts, ending }
    try {
      await app.listen({ host, port, signal })
    } catch (cause) {
      await adapter.stop()
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AdapterError('network', `the HTTP server cannot listen at ${host}:${port}: ${reason}`, {
        cause,
      })
    }
    await webhooks.start()
    await againAsked(bot, runs)
    await tasks.start()
    if (Object.keys(settings.apiKeys).length === 0)
      log.warn(
        {},
        'the HTTP API has no key: it takes every program of this machine for http:local, what others have Claude run too unless walls.network is set',
      )
    log.info({ at: app.listeningOrigin }, 'the HTTP API is served')
  }

  const adapter: Adapter = {
    name: adapterName,
    limits: {
      text: Number.MAX_SAFE_INTEGER,
      editEvery: 0,
      buttons: Number.MAX_SAFE_INTEGER,
      // The core weighs them by the operator's `files.maxBytes`.
      fileBytes: Number.MAX_SAFE_INTEGER,
    },
    programs: true,
    vouches: (user) => {
      const scope = keys.scopeOf(user)
      return scope && roles[scope]
    },
    start,
    async stop() {
      if (serving === undefined) return
      const { app, parts, ending } = serving
      ending.abort()
      // Whoever reads nothing any more would hold it open, and a connection that never asked for anything, too.
      const late = setTimeout(() => app.server.closeAllConnections(), drainMs)
      await app.close()
      clearTimeout(late)
      await parts.tasks.settled()
      parts.webhooks.close()
      await parts.runs.close()
      parts.files.close()
    },
    measure: (markdown) => markdown.length,
    send: (to, reply) => out().send(to, reply),
    edit: (sent, reply) => out().edit(sent, reply),
    ...(gateway && { gateway: (model: string | undefined) => gatewayEnvironment(gateway, model) }),
    stream: (to, key) => out().stream(to, key),
  }
  return adapter
}

export default create
