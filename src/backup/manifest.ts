/**
 * The list of what is in a backup: a line of JSON each, and a last one that vouches for all before it. It is written
 * last of all, so that a backup without it, or without its last line, is one that was not finished.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { errnoOf } from '../files/error.ts'
import { lineSplitter } from '../lines.ts'
import { BackupError } from './error.ts'

export const manifestName = 'manifest.jsonl'
/** The folder beside it with the files. */
export const contentName = 'data'

const format = 1
/** A path is 4096 bytes at most, each of which may be written as six. */
const mostLineBytes = 64 * 1024

/** From the data directory on, by slashes. A list that was tampered with must not lead out of it. */
const path = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith('/') && !text.includes('\0'), 'is no path in a data directory')
  .refine((text) => text.split('/').every((part) => !['', '.', '..'].includes(part)), 'leads elsewhere')
const mode = z.int().min(0).max(0o777)

export const Header = z.object({
  format: z.literal(format),
  /** Parley's version. */
  version: z.string(),
  at: z.iso.datetime(),
  /** Where the data lay, as configured and without links. */
  dataDir: z.string(),
  realDataDir: z.string(),
  /** Those of the files that are databases. */
  databases: z.array(path),
  /** False: what people and Claude work on was left out. */
  workspaces: z.boolean(),
})
export type Header = z.infer<typeof Header>

const Entry = z.union([
  z.object({ dir: path, mode }),
  z.object({ file: path, mode, bytes: z.int().min(0), sha256: z.string(), mtime: z.number() }),
  z.object({ link: path, to: z.string() }),
])
export type Entry = z.infer<typeof Entry>
export type DirEntry = Extract<Entry, { dir: string }>
export type FileEntry = Extract<Entry, { file: string }>

const End = z.object({ entries: z.int(), sha256: z.string() })

export interface ManifestWriter extends AsyncDisposable {
  add(entry: Entry): Promise<void>
  /** Vouches for it, and has it on the disk. */
  end(): Promise<void>
}

export async function writeManifest(file: string, header: Omit<Header, 'format'>): Promise<ManifestWriter> {
  const handle = await open(file, 'wx', 0o600)
  const hash = createHash('sha256')
  let entries = 0
  const put = async (value: unknown): Promise<void> => {
    const line = `${JSON.stringify(value)}\n`
    hash.update(line)
    await handle.writeFile(line)
  }
  await put({ format, ...header })
  return {
    add: async (entry) => {
      entries += 1
      await put(entry)
    },
    end: async () => {
      const last = { entries, sha256: hash.digest('hex') }
      await handle.writeFile(`${JSON.stringify(last)}\n`)
      await handle.sync()
    },
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** Reads it to its end before anything is believed. Throws {@link BackupError} `no-backup` or `damaged`. */
export async function readHeader(file: string): Promise<Header> {
  const hash = createHash('sha256')
  let [first, last, lines] = ['', '', 0]
  for await (const line of linesOf(file)) {
    if (lines > 0) hash.update(`${last}\n`)
    if (lines === 0) first = line
    last = line
    lines += 1
  }
  const end = End.safeParse(parsed(last)).data
  if (end === undefined || end.entries !== lines - 2) {
    throw new BackupError(
      'damaged',
      `${file} has no end: the backup was not finished, or was cut short. Take another one.`,
    )
  }
  if (hash.digest('hex') !== end.sha256)
    throw new BackupError('damaged', `${file} was changed after it was written. Take another backup.`)
  const header = Header.safeParse(parsed(first)).data
  if (header !== undefined) return header
  throw new BackupError('damaged', `${file} is of another version of Parley: restore it with that one.`)
}

/** What {@link readHeader} has vouched for. */
export async function* entriesOf(file: string): AsyncGenerator<Entry> {
  let [number, last] = [0, '']
  for await (const line of linesOf(file)) {
    // One behind: the last line is no entry.
    if (number > 1) yield entryOf(last, number, file)
    last = line
    number += 1
  }
}

function entryOf(line: string, number: number, file: string): Entry {
  const entry = Entry.safeParse(parsed(line))
  if (entry.success) return entry.data
  throw new BackupError(
    'damaged',
    `${file}:${number} is no entry of a backup: ${z.prettifyError(entry.error)}`,
  )
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let lines: string[] = []
  const split = lineSplitter(
    { line: (text) => lines.push(text), tooLong: () => lines.push('') },
    mostLineBytes,
  )
  try {
    for await (const chunk of createReadStream(file)) {
      split(Buffer.from(chunk))
      yield* lines
      lines = []
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    const why = 'either this is no backup, or it was not finished'
    throw new BackupError('no-backup', `${file} is missing: ${why}.`, { cause: error })
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
