/** Is all there that a message needs? */
import type { House } from '../bot/house.ts'
import { locate } from '../claude/locate.ts'
import { isExecutable } from '../on-path.ts'
import type { AdapterView, Finding } from '../contract.ts'

export async function readiness({ store, queue, live, adapters, duty }: House): Promise<readonly Finding[]> {
  const found = await partsFound({ store, queue, live })
  // What only listens has nothing to say for itself, unless it does not yet.
  const others = [...adapters.values()]
    .map((adapter) => ({ ...duty.view(adapter), connects: adapter.connected !== undefined }))
    .filter(({ connects, state }) => connects || state !== 'ready')
    .map(ofAdapter)
  return [...found, ...others, ...(duty.state === 'running' ? [] : [draining])]
}

const draining: Finding = {
  ok: false,
  what: 'nothing new is begun: the bot is being drained, or stopped',
  advice: 'end it once nothing runs, or have it go on: `parley top` does either',
}

function ofAdapter({ name, state }: AdapterView): Finding {
  if (state === 'ready') return { ok: true, what: `${name} is connected` }
  const what = state === 'starting' ? `${name} is not ready yet` : `${name} is not connected`
  return { ok: false, what, advice: 'it is tried again and again; the log says what was in the way' }
}

function partsFound({ store, queue, live }: Pick<House, 'store' | 'queue' | 'live'>): Promise<Finding[]> {
  return Promise.all([
    found('the store can be read', () => store.marks.get('readiness')),
    found('the queue can be read', async () => {
      const { waiting, running, undelivered } = await queue.counts()
      return `${running} turns run, ${waiting} messages wait, ${undelivered} replies to be sent`
    }),
    found('the Claude CLI is there', async () => {
      const { path, version } = await locate(live.current.claude.command)
      // Its version is asked for once: it may be gone since.
      if (!(await isExecutable(path))) throw new Error(`${path} cannot be run any more`)
      return version
    }),
  ])
}

/** What `look` resolves with is told, if it is words. */
async function found(what: string, look: () => Promise<unknown>): Promise<Finding> {
  try {
    const more = await look()
    return { ok: true, what: typeof more === 'string' ? `${what}: ${more}` : what }
  } catch (error) {
    return { ok: false, what, advice: error instanceof Error ? error.message : String(error) }
  }
}
