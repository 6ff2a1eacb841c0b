/** Copies all that a bot keeps, while it runs. */
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, realpath, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { errnoOf } from '../files/error.ts'
import { Folder } from '../files/folder.ts'
import { copyDatabases } from '../sqlite/copies.ts'
import { copyFile, weigh } from './copy-file.ts'
import { copyTree } from './copy-tree.ts'
import { BackupError, storageError } from './error.ts'
import { auditNames, databaseNames, isWanted } from './layout.ts'
import { type Entry, contentName, manifestName, writeManifest } from './manifest.ts'

export interface BackupWish {
  readonly dataDir: string
  /** Made; must not be there, or be empty. */
  readonly into: string
  /** False: what people and Claude work on is left out; what Claude remembers never is. */
  readonly workspaces: boolean
  readonly signal?: AbortSignal
}

export interface BackupReport {
  readonly files: number
  readonly bytes: number
  readonly databases: readonly string[]
  /** What could not be copied, and why. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[]
}

type Add = (entry: Entry) => Promise<void>

/** Rejects with {@link BackupError}; then nothing is left of it. */
export async function backUp(wish: BackupWish): Promise<BackupReport> {
  const { dataDir, into } = wish
  // The last two: of several nodes, whose queue and records are in Redis.
  if (!['queue.db', 'store.db', 'nodes', 'users'].some((name) => existsSync(join(dataDir, name)))) {
    throw new BackupError('no-data', `There is nothing to back up in ${dataDir}: no bot has run on it.`)
  }
  await makeTarget(dataDir, into)
  try {
    return await copyAll(wish)
  } catch (error) {
    await rm(into, { recursive: true, force: true })
    throw storageError(error, `Could not back up ${dataDir} to ${into}`)
  }
}

async function makeTarget(dataDir: string, into: string): Promise<void> {
  const names = await readdir(into).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw storageError(error, `Cannot write to ${into}`)
  })
  if (names.length > 0)
    throw new BackupError('exists', `${into} is not empty: name a folder that is not there yet.`)
  try {
    await mkdir(into, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw storageError(error, `Cannot write to ${into}`)
  }
  const way = relative(await realpath(dataDir), await realpath(into))
  if (way === '' || (way !== '..' && !way.startsWith(`..${sep}`)))
    throw new BackupError('inside', `${into} lies within ${dataDir}: a backup would hold itself.`)
}

async function copyAll({ dataDir, into, workspaces, signal }: BackupWish): Promise<BackupReport> {
  const content = join(into, contentName)
  await mkdir(content, { mode: 0o700 })
  const databases = databaseNames.filter((name) => existsSync(join(dataDir, name)))
  const at = new Date().toISOString()
  // First of all: what is copied later is newer, as after a crash, and never older than what the records tell of.
  await copyDatabases(
    databases.map((name) => ({ from: join(dataDir, name), to: join(content, name) })),
    signal,
  )
  const realDataDir = await realpath(dataDir)
  const header = { version: manifest.version, at, dataDir, realDataDir, databases, workspaces }
  await using list = await writeManifest(join(into, manifestName), header)
  const count = { files: 0, bytes: 0 }
  const add: Add = async (entry) => {
    if ('file' in entry) {
      count.files += 1
      count.bytes += entry.bytes
    }
    await list.add(entry)
  }
  await using folder = await Folder.open(realDataDir)
  await tellOfDatabases(content, databases, add)
  await copyAudit(folder, content, '', add)
  await copyNodes(folder, content, add)
  const skipped: { path: string; why: string }[] = []
  await copyTree(folder, '', {
    into: content,
    wanted: (path) => isWanted(path, workspaces),
    add,
    skip: (path, why) => skipped.push({ path, why }),
    signal,
  })
  await list.end()
  return { ...count, databases, skipped }
}

/** The copies of databases are there already. */
async function tellOfDatabases(content: string, names: readonly string[], add: Add): Promise<void> {
  for (const name of names) {
    await using file = await open(join(content, name), 'r')
    const { size, mtimeMs } = await file.stat()
    await add({ file: name, mode: 0o600, ...(await weigh(file, size)), mtime: Math.round(mtimeMs) })
  }
}

/** `below`: where `folder` is in the data directory, with a slash at its end; empty for itself. */
async function copyAudit(folder: Folder, content: string, below: string, add: Add): Promise<void> {
  for (const name of auditNames) {
    if ((await folder.stat(name)) === undefined) continue
    await using file = await folder.file(name)
    const { size, mtimeMs } = await file.stat()
    const weighed = await copyFile(file, join(content, `${below}${name}`), size)
    await add({ file: `${below}${name}`, mode: 0o600, ...weighed, mtime: Math.round(mtimeMs) })
  }
}

/** The folders and audit logs of several nodes. */
async function copyNodes(folder: Folder, content: string, add: Add): Promise<void> {
  if ((await folder.stat('nodes'))?.isDirectory() !== true) return
  await using nodes = await folder.enter('nodes')
  await mkdir(join(content, 'nodes'), { mode: 0o700 })
  await add({ dir: 'nodes', mode: 0o700 })
  for (const name of await nodes.names()) {
    await using node = await nodes.enter(name)
    await mkdir(join(content, 'nodes', name), { mode: 0o700 })
    await add({ dir: `nodes/${name}`, mode: 0o700 })
    await copyAudit(node, content, `nodes/${name}/`, add)
  }
}
