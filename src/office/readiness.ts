/** Is all there that a message needs? */
import type { House } from '../bot/house.ts'
import { locate } from '../claude/locate.ts'
import type { Finding } from '../contract.ts'

export function readiness({ store, queue, live }: House): Promise<readonly Finding[]> {
  return Promise.all([
    found('the store can be read', () => store.marks.get('readiness')),
    found('the queue can be read', () => queue.counts()),
    found('the Claude CLI is there', () => locate(live.current.claude.command)),
  ])
}

async function found(what: string, look: () => Promise<unknown>): Promise<Finding> {
  try {
    await look()
    return { ok: true, what }
  } catch (error) {
    return { ok: false, what, advice: error instanceof Error ? error.message : String(error) }
  }
}
