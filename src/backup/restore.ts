/** Puts back what a backup holds. Nothing that was there before is deleted. */
import { existsSync } from 'node:fs'
import { chmod, lutimes, mkdir, open, readdir, realpath, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from '../files/error.ts'
import { lock } from '../queue/lock.ts'
import { moveFiles } from '../queue/moved-files.ts'
import { damageIn } from '../sqlite/copies.ts'
import { makePrivate } from '../sqlite/private-file.ts'
import { copyFile } from './copy-file.ts'
import { BackupError, storageError } from './error.ts'
import { asidePrefix, isRemains, lockName, movedPath, nodeLockName, stagingPrefix } from './layout.ts'
import {
  type DirEntry,
  type FileEntry,
  type Header,
  contentName,
  entriesOf,
  manifestName,
  readHeader,
} from './manifest.ts'

export interface RestoreWish {
  /** The backup. */
  readonly from: string
  /** Made where it is not there. */
  readonly dataDir: string
  /** True: what is there is put aside; else it must be empty. */
  readonly replace: boolean
  readonly signal?: AbortSignal
}

export interface RestoreReport extends Pick<Header, 'at' | 'workspaces' | 'databases'> {
  readonly files: number
  /** Where what was there before is now; undefined: nothing was. */
  readonly aside: string | undefined
}

/**
 * Rejects with {@link BackupError}, or QueueError `locked` when a bot runs on that data; then it is as it was. All is
 * checked before anything takes its place.
 */
export async function restore(wish: RestoreWish): Promise<RestoreReport> {
  const { from, dataDir, replace } = wish
  const header = await readHeader(join(from, manifestName))
  const doing = `Could not restore ${from} to ${dataDir}`
  const unlock = await locked(dataDir).catch((error: unknown) => {
    throw storageError(error, doing)
  })
  try {
    const before = await contentOf(dataDir)
    if (before.length > 0 && !replace) {
      throw new BackupError(
        'not-empty',
        `${dataDir} holds data (${before.slice(0, 3).join(', ')}…). Name another dataDir, or say --replace: what is there is then put aside, not deleted.`,
      )
    }
    return await restored(wish, header, before)
  } catch (error) {
    throw storageError(error, doing)
  } finally {
    unlock()
  }
}

/** Takes the locks of all that might run on this data, as far as they are of this machine. Returns what gives them back. */
async function locked(dataDir: string): Promise<() => void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const names = await readdir(join(dataDir, 'nodes')).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  const nodes = names
    .map((name) => join(dataDir, 'nodes', name, nodeLockName))
    .filter((file) => existsSync(file))
  const unlocks: (() => void)[] = []
  const release = (): void => unlocks.forEach((unlock) => unlock())
  try {
    for (const file of [join(dataDir, lockName), ...nodes]) {
      makePrivate(file)
      unlocks.push(lock(file))
    }
    return release
  } catch (error) {
    release()
    throw error
  }
}

/** What counts as data; what an earlier restore left that was ended in the middle is thrown away. */
async function contentOf(dataDir: string): Promise<string[]> {
  const names = (await readdir(dataDir)).filter((name) => !name.startsWith(lockName) && name !== 'lost+found')
  const stale = names.filter((name) => name.startsWith(stagingPrefix))
  for (const name of stale) await rm(join(dataDir, name), { recursive: true, force: true })
  return names.filter((name) => !isRemains(name))
}

async function restored(
  { from, dataDir, signal }: RestoreWish,
  header: Header,
  before: readonly string[],
): Promise<RestoreReport> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  // On the same disk, even where the data directory is one of its own: to move it into place takes no time then.
  const staging = join(dataDir, `${stagingPrefix}${stamp}`)
  await mkdir(staging, { mode: 0o700 })
  try {
    const move = { from: [header.realDataDir, header.dataDir], to: await realpath(dataDir) }
    const files = await unpack(from, staging, (path) => movedPath(path, move.from, move.to), signal)
    for (const name of header.databases) checkDatabase(join(staging, name), name)
    if (header.databases.includes('queue.db'))
      moveFiles(join(staging, 'queue.db'), join(header.dataDir, 'outbox'), join(dataDir, 'outbox'))
    const aside = before.length === 0 ? undefined : join(dataDir, `${asidePrefix}${stamp}`)
    if (aside !== undefined) await mkdir(aside, { mode: 0o700 })
    for (const name of before) await rename(join(dataDir, name), join(aside ?? dataDir, name))
    for (const name of await readdir(staging)) await rename(join(staging, name), join(dataDir, name))
    const { at, workspaces, databases } = header
    return { at, workspaces, databases, files, aside }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Links and rights come last: nothing is written through the ones, or kept out by the others. */
async function unpack(
  from: string,
  into: string,
  moved: (path: string) => string,
  signal: AbortSignal | undefined,
): Promise<number> {
  const list = join(from, manifestName)
  const dirs: DirEntry[] = []
  let files = 0
  for await (const entry of entriesOf(list)) {
    signal?.throwIfAborted()
    if ('dir' in entry) {
      await mkdir(join(into, moved(entry.dir)), { mode: 0o700 })
      if (entry.mode !== 0o700) dirs.push(entry)
    }
    if (!('file' in entry)) continue
    await unpackFile(join(from, contentName, entry.file), join(into, moved(entry.file)), entry)
    files += 1
  }
  for await (const entry of entriesOf(list))
    if ('link' in entry) await symlink(entry.to, join(into, moved(entry.link)))
  // From the deepest on: a folder that is closed lets nobody look into it any more.
  for (const { dir, mode } of dirs.toReversed()) await chmod(join(into, moved(dir)), mode)
  return files
}

async function unpackFile(from: string, to: string, entry: FileEntry): Promise<void> {
  const { file, bytes, sha256, mode, mtime } = entry
  const damaged = (what: string, cause?: unknown): BackupError =>
    new BackupError('damaged', `${from} ${what}: the backup is damaged. Use another one.`, { cause })
  await using source = await open(from, 'r').catch((error: unknown) => {
    throw errnoOf(error) === 'ENOENT' ? damaged('is missing', error) : error
  })
  const { size } = await source.stat()
  if (size !== bytes) throw damaged(`has ${size} bytes, not the ${bytes} of ${file} when it was taken`)
  const copied = await copyFile(source, to, size)
  if (copied.sha256 !== sha256) throw damaged('is not what was copied')
  await chmod(to, mode)
  await lutimes(to, mtime / 1000, mtime / 1000)
}

function checkDatabase(file: string, name: string): void {
  const damage = damageIn(file)
  if (damage === undefined) return
  throw new BackupError(
    'damaged',
    `${name} in the backup is damaged, says SQLite: ${damage}. Use another one.`,
  )
}
