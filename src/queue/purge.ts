/** Forgets what is past, a little at a time, so that nobody waits for it. */
import type { GroupCommit } from '../sqlite/group-commit.ts'
import type { Log } from '../contract.ts'

/** Rows in one transaction: about two milliseconds of work. */
const PORTION = 200
const BUSY_MS = 50
const REST_MS = 60_000

/** Starts forgetting; the result stops it. */
export function startPurge(
  tables: readonly { purge(limit: number): number }[],
  writer: GroupCommit,
  log: Log,
): () => void {
  let stopped = false
  let timer: NodeJS.Timeout
  const later = (ms: number): void => {
    if (stopped) return
    timer = setTimeout(() => void tick(), ms)
    timer.unref()
  }
  const tick = async (): Promise<void> => {
    try {
      const counts = await writer.write(() => tables.map((table) => table.purge(PORTION)))
      later(counts.some((count) => count === PORTION) ? BUSY_MS : REST_MS)
    } catch (err) {
      if (stopped) return
      log.error({ err }, 'the queue could not forget what is past; it grows until it can')
      later(REST_MS)
    }
  }
  later(BUSY_MS)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
