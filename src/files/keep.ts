/** Files that an adapter keeps for its users: on our own disk, from the delivery on until it lets them go. */
import { createHash, randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { join } from 'node:path'
import type { FileKeep } from '../contract.ts'
import { errnoOf } from './error.ts'

/** `folder`: absolute; made when it is needed. */
export function fileKeep(folder: string): FileKeep {
  // An id may be anything, a path too.
  const placeOf = (id: string): string => join(folder, createHash('sha256').update(id).digest('hex'))
  return {
    async put(id, path) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const beside = join(folder, randomUUID())
      // A name more for the same file; where the folders lie on two disks, a copy.
      await link(path, beside).catch(() => copyFile(path, beside))
      await rename(beside, placeOf(id))
      // Two names of one file are not renamed into each other: the file is there, and this name is left.
      await rm(beside, { force: true })
    },
    async open(id) {
      try {
        const handle = await open(placeOf(id))
        const { size } = await handle.stat()
        return { bytes: size, stream: Readable.toWeb(handle.createReadStream()) }
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    delete: (id) => rm(placeOf(id), { force: true }),
  }
}
