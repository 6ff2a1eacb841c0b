/** How far an audit log was written, in a file beside it: a log that is cut off at a line's end is whole in itself. */
import { type FileHandle, open, readFile } from 'node:fs/promises'

/** How many lines there were, and the SHA-256 of the last. */
export interface Head {
  readonly lines: number
  readonly head: string
}

export function headPath(log: string): string {
  return `${log}.head`
}

/** Undefined: there is none, or nobody can read it. */
export async function readHead(path: string): Promise<Head | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  })
  const [, lines, head] = /^ *(\d+) ([0-9a-f]{64})\n$/.exec(text) ?? []
  return lines === undefined || head === undefined ? undefined : { lines: Number(lines), head }
}

/** Opens it to be written; what it says is left as it is. */
export async function openHead(path: string): Promise<FileHandle> {
  return open(path, (await readHead(path)) === undefined ? 'w' : 'r+', 0o600)
}

/**
 * In place and always as long as before, so that no crash leaves half of it. It may stay behind the log, which is on disk
 * by then, and never runs ahead of it.
 */
export async function writeHead(file: FileHandle, { lines, head }: Head): Promise<void> {
  await file.write(`${String(lines).padStart(16)} ${head}\n`, 0)
}
