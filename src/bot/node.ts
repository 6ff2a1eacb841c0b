/** The queue, alone or shared with other nodes, and the folder that is this process's own. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Adapter } from '../contract.ts'
import type { RootLog } from '../log.ts'
import type { Cluster } from '../queue/cluster.ts'
import { openEmbeddedQueue } from '../queue/embedded.ts'
import { lock } from '../queue/lock.ts'
import { type Queue, QueueError } from '../queue/port.ts'
import { nodeFolder } from './node-folders.ts'

/** Most nodes on one machine and one dataDir. */
const MOST_BESIDE = 64

export interface Node {
  readonly queue: Queue
  /** Undefined: there are no other nodes, and never will be. */
  readonly cluster: Cluster | undefined
  /** Of what no two processes may write: `dataDir` itself where there is one alone. */
  readonly dir: string
  /** Does no other node work on what the records tell of? What they left open is then for this one to end. */
  readonly first: boolean
  /** Gives `dir` back. The queue is closed by whoever knows when. */
  readonly release: () => void
}

export async function openNode(
  { dataDir, queue: { url } }: Pick<Config, 'dataDir' | 'queue'>,
  adapters: ReadonlyMap<string, Adapter>,
  log: RootLog,
): Promise<Node> {
  if (url === undefined) {
    const queue = await openEmbeddedQueue({ file: join(dataDir, 'queue.db'), log })
    return { queue, cluster: undefined, dir: dataDir, first: true, release: () => undefined }
  }
  const { dir, release } = await ownFolder(dataDir)
  try {
    // Loaded where it is used: it costs start-up time and memory.
    const { openBullQueue } = await import('../queue/bull/bull.ts')
    const queue = await openBullQueue({ url, log, adapters: () => [...adapters.keys()] })
    const { cluster } = queue
    log.info({ node: cluster.node, others: cluster.others, dir }, 'joined the nodes of this queue')
    return { queue, cluster, dir, first: cluster.others === 0, release }
  } catch (error) {
    release()
    throw error
  }
}

/** The first folder of this machine that no other process holds. */
async function ownFolder(dataDir: string): Promise<{ readonly dir: string; readonly release: () => void }> {
  for (let n = 1; n <= MOST_BESIDE; n++) {
    const dir = nodeFolder(dataDir, n)
    await mkdir(dir, { recursive: true, mode: 0o700 })
    try {
      return { dir, release: lock(join(dir, 'node.lock')) }
    } catch (error) {
      if (!(error instanceof QueueError && error.code === 'locked')) throw error
    }
  }
  throw new QueueError(
    'locked',
    `${MOST_BESIDE} nodes use ${dataDir} on this machine already. Stop one of them.`,
  )
}
