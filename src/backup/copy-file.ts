/** Copies what an open file holds, and weighs it on the way. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

export interface Weighed {
  readonly bytes: number
  readonly sha256: string
}

const chunkBytes = 1024 * 1024

/** `to` is made, for its owner alone. `most`: bytes after which the rest is left; a file may grow while it is read. */
export async function copyFile(from: FileHandle, to: string, most: number): Promise<Weighed> {
  await using target = await open(to, 'wx', 0o600)
  return await weigh(from, most, (chunk) => target.writeFile(chunk))
}

/** Reads it from its beginning. */
export async function weigh(
  from: FileHandle,
  most: number,
  each?: (chunk: Buffer) => Promise<void>,
): Promise<Weighed> {
  const hash = createHash('sha256')
  const buffer = Buffer.alloc(Math.min(most, chunkBytes))
  let bytes = 0
  while (bytes < most) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, most - bytes), bytes)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(0, bytesRead)
    hash.update(chunk)
    await each?.(chunk)
    bytes += bytesRead
  }
  return { bytes, sha256: hash.digest('hex') }
}
