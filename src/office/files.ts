/** The workspace of a session, within its walls. */
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { basename } from 'node:path'
import type { House } from '../bot/house.ts'
import { type WorkspaceEntry, OfficeError } from '../contract.ts'
import { incomingDir } from '../conversation/file-desks.ts'
import { makeHome } from '../conversation/home.ts'
import { workspaceRoot } from '../conversation/folder.ts'
import { type FileErrorCode, FileError } from '../files/error.ts'
import { reasonOf, receiveFiles } from '../files/receive.ts'
import { type Walls, entriesWithin, openWithin } from '../files/walls.ts'
import type { SessionRecord } from '../store/records.ts'

type Parts = Pick<House, 'live' | 'options'>

export async function filesIn(
  { live }: Parts,
  record: SessionRecord,
  folder: string,
): Promise<readonly WorkspaceEntry[]> {
  const [{ root }] = await wallsOf(live, record)
  return told(() => entriesWithin(root, folder))
}

export async function readFrom(
  { live }: Parts,
  record: SessionRecord,
  path: string,
): Promise<{ name: string; bytes: number; stream: ReadableStream<Uint8Array> }> {
  const walls = await wallsOf(live, record)
  const { handle, bytes, path: real } = await told(() => openWithin(walls, path))
  // It may grow meanwhile: what was weighed is what is sent.
  const content =
    bytes === 0 ? Readable.from([]) : handle.createReadStream({ end: bytes - 1, autoClose: true })
  if (bytes === 0) await handle.close()
  return { name: basename(real), bytes, stream: Readable.toWeb(content) }
}

export async function writeInto(
  { live, options }: Parts,
  record: SessionRecord,
  { name, stream }: { readonly name: string; readonly stream: ReadableStream<Uint8Array> },
): Promise<{ path: string; bytes: number }> {
  const { workspace } = await makeHome(live.current.dataDir, record.home)
  const { files, failed } = await receiveFiles([{ id: name, name }], {
    workspace,
    temporary: incomingDir(live.current),
    limits: live.current.files,
    download: () => Promise.resolve(stream),
    log: options.log,
    signal: new AbortController().signal,
    room: 0,
  })
  const [file] = files
  if (file !== undefined) return { path: file.path, bytes: file.bytes }
  const [refused] = failed
  throw new OfficeError(
    'invalid',
    refused === undefined ? 'The file came to nothing.' : reasonOf(refused.not),
    {
      field: 'file',
    },
  )
}

/** The workspace alone: what the operator shares is not handed out file by file. */
async function wallsOf(live: Parts['live'], { home }: SessionRecord): Promise<Walls> {
  const { workspace } = await makeHome(live.current.dataDir, home)
  const root = await workspaceRoot(workspace)
  return [{ root, base: root }]
}

const codes: Readonly<Partial<Record<FileErrorCode, OfficeError['code']>>> = {
  missing: 'unknown',
  outside: 'forbidden',
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause
    throw new OfficeError(codes[cause.code] ?? 'invalid', `${cause.message}.`, { field: 'path', cause })
  }
}
