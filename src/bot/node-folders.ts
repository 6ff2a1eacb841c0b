/** Where a process keeps what no two may write: its lock, its audit log, its socket for terminals. */
import { readdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { errnoOf } from '../files/error.ts'

type Place = Pick<Config, 'dataDir' | 'queue'>

/** The folder of the `n`th node of this machine, from 1 on. Machines that share a file system have their own names. */
export function nodeFolder(dataDir: string, n: number): string {
  const host = hostname().replaceAll(/[^\w.-]/g, '_')
  return join(dataDir, 'nodes', n === 1 ? host : `${host}-${n}`)
}

/** Those of this machine that were made so far; `dataDir` itself where there is one process alone. */
export async function foldersHere(place: Place): Promise<readonly string[]> {
  const first = nodeFolder(place.dataDir, 1)
  const all = await allFolders(place)
  if (place.queue.url === undefined) return all
  return all.filter((folder) => folder === first || /^-\d+$/.test(folder.slice(first.length)))
}

/** Those of all machines that share `dataDir`. */
export async function allFolders({ dataDir, queue }: Place): Promise<readonly string[]> {
  if (queue.url === undefined) return [dataDir]
  const names: string[] = await readdir(join(dataDir, 'nodes')).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  return names.toSorted().map((name) => join(dataDir, 'nodes', name))
}
