/** Files that were promised to a chat: copies on our own disk, from the promise to the delivery. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { dirname, join } from 'node:path'
import { errnoOf } from './error.ts'
import { safeName } from './names.ts'
import type { OpenFile } from './walls.ts'

export interface KeptFile {
  /** Absolute. */
  readonly path: string
  readonly name: string
  readonly bytes: number
  /** Of name and content: the same file has the same. */
  readonly digest: string
}

export interface OutboxDirs {
  /** For what is not whole yet. */
  readonly temporary: string
  readonly outbox: string
}

/** Copies what was opened: what becomes of the original later changes nothing. Resolves when it is on the disk. */
export async function keepFile(file: OpenFile, dirs: OutboxDirs): Promise<KeptFile> {
  const name = safeName(file.path)
  // It may grow meanwhile: what was weighed is what is sent.
  const content = Readable.from(
    file.bytes === 0 ? [] : file.handle.createReadStream({ autoClose: false, end: file.bytes - 1 }),
  )
  return keep(dirs, name, content)
}

/** A file of our own making. */
export interface TextFile {
  /** As its maker would call it: anything. */
  readonly name: string
  readonly mime: string
  readonly content: string
}

/** As {@link keepFile}, of what stands in memory. */
export async function keepText({ name, content }: TextFile, dirs: OutboxDirs): Promise<KeptFile> {
  return keep(dirs, safeName(name), Readable.from([Buffer.from(content)]))
}

/** As {@link keepFile}, of what comes from elsewhere under this name. Throws what `content` throws. */
export function keepStream(
  name: string,
  content: AsyncIterable<Uint8Array>,
  dirs: OutboxDirs,
): Promise<KeptFile> {
  return keep(dirs, safeName(name), content)
}

/** Nothing waits for it any more. Safe to call twice. */
export async function dropFile(path: string): Promise<void> {
  await rm(path, { force: true })
  // Its folder is its own; somebody who put something beside it keeps that.
  await rmdir(dirname(path)).catch(() => undefined)
}

/**
 * Removes the copies that nobody is promised any more: whoever was to promise them died before. `promised`: paths.
 * Call it while nothing is being kept. Resolves with how many there were.
 */
export async function dropOrphans(outbox: string, promised: readonly string[]): Promise<number> {
  const wanted = new Set(promised.map((path) => dirname(path)))
  const folders = (await namesIn(outbox)).map((name) => join(outbox, name))
  const orphans = folders.filter((folder) => !wanted.has(folder))
  for (const folder of orphans) await rm(folder, { recursive: true, force: true })
  return orphans.length
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

async function keep(
  { temporary, outbox }: OutboxDirs,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<KeptFile> {
  const unfinished = join(temporary, randomUUID())
  const folder = join(outbox, randomUUID())
  for (const dir of [temporary, folder]) await mkdir(dir, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256').update(`${name}\0`)
  let bytes = 0
  try {
    await using target = await open(unfinished, 'wx', 0o600)
    for await (const chunk of content) {
      hash.update(chunk)
      bytes += chunk.byteLength
      await target.writeFile(chunk)
    }
    await target.sync()
    await rename(unfinished, join(folder, name))
  } catch (error) {
    await rm(unfinished, { force: true })
    await rmdir(folder)
    throw error
  }
  return { path: join(folder, name), name, bytes, digest: hash.digest('hex') }
}
