/** How much a folder holds. Links are not followed: they may lead anywhere, and round in circles. */
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of all files below; what vanishes meanwhile counts nothing. Rejects with the signal's reason. */
export async function folderSize(folder: string, signal: AbortSignal): Promise<number> {
  let total = 0
  const folders = [folder]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    signal.throwIfAborted()
    const entries = await opendir(next).catch(() => undefined)
    if (entries === undefined) continue
    for await (const entry of entries) {
      const path = join(next, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else if (entry.isFile()) total += await sizeOf(path)
    }
  }
  return total
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
