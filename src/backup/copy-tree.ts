/** Copies a folder that others work in meanwhile, and that they may have filled with anything. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FileError } from '../files/error.ts'
import { Folder } from '../files/folder.ts'
import { copyFile } from './copy-file.ts'
import type { Entry } from './manifest.ts'

export interface TreeCopy {
  /** Where the copies go; links are not made there, but told of. */
  readonly into: string
  /** False: this one, and what is in it, is left out. Paths count from the folder on. */
  readonly wanted: (path: string) => boolean
  readonly add: (entry: Entry) => Promise<void>
  /** What could not be copied, and why. */
  readonly skip: (path: string, why: string) => void
  readonly signal?: AbortSignal | undefined
}

/** Deeper ones could be made there, but neither opened nor restored by their names. */
const longestPath = 3000

/** `path`: from the top on, empty for the top itself. */
export async function copyTree(folder: Folder, path: string, copy: TreeCopy): Promise<void> {
  for (const name of (await folder.names()).toSorted()) {
    copy.signal?.throwIfAborted()
    const below = path === '' ? name : `${path}/${name}`
    if (!copy.wanted(below)) continue
    if (Buffer.byteLength(below) > longestPath) copy.skip(below, 'its path is too long')
    else await copyEntry({ folder, name }, below, copy)
  }
}

interface Place {
  readonly folder: Folder
  readonly name: string
}

async function copyEntry({ folder, name }: Place, path: string, copy: TreeCopy): Promise<void> {
  try {
    const stat = await folder.stat(name)
    // Node shows what is no UTF-8 so, and finds nothing by it.
    if (stat === undefined && name.includes('\uFFFD')) copy.skip(path, 'its name is not UTF-8')
    // Somebody removed it just now.
    if (stat === undefined) return
    const mode = stat.mode & 0o777
    if (stat.isSymbolicLink()) await copy.add({ link: path, to: await folder.target(name) })
    else if (stat.isDirectory()) {
      await using below = await folder.enter(name)
      await mkdir(join(copy.into, path), { mode: 0o700 })
      await copy.add({ dir: path, mode })
      await copyTree(below, path, copy)
    } else if (stat.isFile()) {
      await using file = await folder.file(name, { linked: true })
      const { size, mtimeMs } = await file.stat()
      const weighed = await copyFile(file, join(copy.into, path), size)
      await copy.add({ file: path, mode, ...weighed, mtime: Math.round(mtimeMs) })
    } else copy.skip(path, 'it is no file, but a socket, a pipe or a device')
  } catch (error) {
    // What lies there is not to be trusted: one file that cannot be read must not keep all others from being copied.
    if (!(error instanceof FileError)) throw error
    if (error.code !== 'missing') copy.skip(path, error.message)
  }
}
