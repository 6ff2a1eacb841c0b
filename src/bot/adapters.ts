/** The adapters' life: made, started with what they are handed, stopped. */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadAdapter } from '../adapters.ts'
import { commands } from '../commands/index.ts'
import type { Config } from '../config.ts'
import type {
  Adapter,
  Bot,
  FileKeep,
  Keep,
  Log,
  Office,
  Operating,
  Page,
  Person,
  Suggestion,
} from '../contract.ts'
import type { RootLog } from '../log.ts'
import type { Router } from '../router.ts'
import type { Duty } from './duty.ts'

/** How long an adapter may take to stop. */
const adapterStopMs = 5_000

export async function makeAdapters(
  config: Config,
  made: readonly Adapter[],
): Promise<ReadonlyMap<string, Adapter>> {
  const named = Object.entries(config.adapters).map(([name, adapter]) =>
    loadAdapter(name, adapter.settings, adapter.module),
  )
  return new Map([...made, ...(await Promise.all(named))].map((adapter) => [adapter.name, adapter]))
}

/** Does nobody write but whoever started the process? */
export function isAlone(adapters: ReadonlyMap<string, Adapter>): boolean {
  return [...adapters.values()].every(({ local }) => local === true)
}

/** What every adapter is handed alike. */
interface Handed {
  readonly log: RootLog
  readonly greeting: string
  readonly leave: Bot['leave']
  readonly page: (adapter: Adapter, ...of: Parameters<Bot['page']>) => Promise<Page>
  readonly office: (adapter: Adapter, from: Person) => Office
  readonly operating: (adapter: Adapter, from: Person) => Operating
  readonly duty: Pick<Duty, 'state' | 'begins'>
  readonly readiness: Bot['readiness']
  readonly measures: Bot['measures']
  readonly suggest: (adapter: Adapter, ...of: Parameters<Bot['suggest']>) => Promise<readonly Suggestion[]>
  readonly keep: (adapter: string) => Keep
  readonly files: (adapter: string) => FileKeep
  readonly expects: (adapter: Adapter, ...of: Parameters<Bot['expects']>) => void
  readonly missed: (adapter: Adapter, since: number | undefined) => void
}

/** Resolves when all are ready to receive. */
export async function startAdapters(
  adapters: ReadonlyMap<string, Adapter>,
  router: Router,
  handed: Handed,
): Promise<void> {
  const { log, greeting, leave, page, office, operating, duty, readiness } = handed
  const { measures, suggest, keep, files, missed, expects } = handed
  const starting = new AbortController()
  const started = [...adapters.values()].map(async (adapter) => {
    const bot: Bot = {
      receive: (inbound) => router(adapter, inbound),
      missed: (since) => missed(adapter, since),
      expects: (...of) => expects(adapter, ...of),
      page: (from, address) => page(adapter, from, address),
      office: (from) => office(adapter, from),
      operating: (from) => operating(adapter, from),
      get draining() {
        return duty.state !== 'running'
      },
      readiness,
      measures,
      suggest: (...of) => suggest(adapter, ...of),
      keep: keep(adapter.name),
      files: files(adapter.name),
      commands,
      log: log.child({ adapter: adapter.name }),
      greeting,
      leave,
    }
    await adapter.start(bot, starting.signal)
    duty.begins(adapter.name)
  })
  try {
    await Promise.all(started)
  } catch (error) {
    // One that cannot start takes those along that still try.
    starting.abort()
    throw error
  }
}

/** An adapter that does not come back is left: what it had to send is on disk. */
export async function stopAdapters(adapters: ReadonlyMap<string, Adapter>, log: Log): Promise<void> {
  const stopping = [...adapters.values()].map(async (adapter) => {
    const late = sleep(adapterStopMs, 'late', { ref: false })
    const ended = await Promise.race([adapter.stop(), late])
    if (ended === 'late') log.warn({ adapter: adapter.name }, 'an adapter did not stop in time')
  })
  await Promise.all(stopping)
}
