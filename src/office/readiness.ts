/** Is all there that a message needs? */
import type { House } from '../bot/house.ts'
import { locate } from '../claude/locate.ts'
import type { Finding } from '../contract.ts'

export function readiness({ store, queue, live }: House): Promise<readonly Finding[]> {
  return Promise.all([
    found('the store can be read', () => store.marks.get('readiness')),
    found('the queue can be read', async () => {
      const { waiting, running, undelivered } = await queue.counts()
      return `${running} turns run, ${waiting} messages wait, ${undelivered} replies to be sent`
    }),
    found('the Claude CLI is there', () => locate(live.current.claude.command)),
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
