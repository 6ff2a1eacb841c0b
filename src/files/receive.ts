/** Files that people send along: fetched from the platform into our own disk, then put into the workspace's inbox. */
import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageContent } from '../claude/turn.ts'
import { type Attachment, type Log, AdapterError } from '../contract.ts'
import { type Words, en } from '../words/en.ts'
import { FileError, type FileErrorCode } from './error.ts'
import { Folder } from './folder.ts'
import { imageType, isDamaged, mostImageBytes } from './image.ts'
import { nameKey, numbered, safeName } from './names.ts'
import type { Quoted } from './quote.ts'

const inboxName = 'inbox'
/** A platform that stops sending must not hold a conversation up for ever. */
const downloadMs = 120_000
/** A request of the API takes 32 MB: what goes beyond is left for Claude to open by its path. */
export const mostShownBytes = 12 * 1024 * 1024

/** Why a file is not taken. */
export type NotTaken =
  | { readonly why: 'noDownload' | 'crowded' | 'lost' }
  | { readonly why: 'tooMany' | 'tooLarge'; readonly most: number }
  /** What the platform or the disk says about it. */
  | { readonly why: 'said'; readonly said: string }

/** In English for Claude; people read it in their language. */
export function reasonOf(not: NotTaken, { files }: Pick<Words, 'files'> = en): string {
  if (not.why === 'said') return not.said
  return 'most' in not ? files[not.why](not.most) : files[not.why]
}

/** One of our own reasons. */
class Untaken extends FileError {
  readonly not: NotTaken

  constructor(code: FileErrorCode, not: NotTaken) {
    super(code, reasonOf(not))
    this.not = not
  }
}

export interface ReceiveParts {
  /** Absolute; exists. */
  readonly workspace: string
  /** A folder of our own, for files that are not whole yet. */
  readonly temporary: string
  readonly limits: { readonly maxBytes: number; readonly maxCount: number }
  /** Absent: the adapter cannot fetch files. */
  readonly download:
    | ((attachment: Attachment, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>)
    | undefined
  readonly log: Log
  /** Aborted: nobody wants the files any more. */
  readonly signal: AbortSignal
  /** How many bytes of pictures Claude may still be shown. */
  readonly room: number
}

/** A file in the workspace. */
interface ReceivedFile {
  /** From the workspace on. */
  readonly path: string
  readonly bytes: number
  /** Set where it is a picture that Claude can be shown. */
  readonly image?: ImageContent
  /** Set where it was a picture and cannot be shown any more. */
  readonly damaged?: true
}

export interface Received {
  readonly files: readonly ReceivedFile[]
  readonly failed: readonly { readonly name: string; readonly not: NotTaken }[]
  /** Files of the workspace that the text names. */
  readonly quoted: readonly Quoted[]
}

export const nothingReceived: Received = { files: [], failed: [], quoted: [] }

/** One after another, in order. Throws the signal's reason alone: what else goes wrong with a file is in the result. */
export async function receiveFiles(
  attachments: readonly Attachment[],
  parts: ReceiveParts,
): Promise<Omit<Received, 'quoted'>> {
  const files: ReceivedFile[] = []
  const failed: { name: string; not: NotTaken }[] = []
  let { room } = parts
  for (const [index, attachment] of attachments.entries()) {
    try {
      const file = await receive(attachment, index, parts, room)
      if (file.image !== undefined) room -= file.bytes
      files.push(file)
    } catch (error) {
      parts.signal.throwIfAborted()
      parts.log.warn({ err: error, bytes: attachment.bytes }, 'a file that came with a message is not taken')
      failed.push({ name: safeName(attachment.name), not: notTaken(error) })
    }
  }
  return { files, failed }
}

function notTaken(error: unknown): NotTaken {
  if (error instanceof Untaken) return error.not
  const known = error instanceof FileError || error instanceof AdapterError
  return known ? { why: 'said', said: error.message } : { why: 'lost' }
}

async function receive(
  attachment: Attachment,
  index: number,
  parts: ReceiveParts,
  room: number,
): Promise<ReceivedFile> {
  const { limits, temporary } = parts
  if (index >= limits.maxCount) throw new Untaken('too-large', { why: 'tooMany', most: limits.maxCount })
  if ((attachment.bytes ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes)
  await mkdir(temporary, { recursive: true, mode: 0o700 })
  const path = join(temporary, randomUUID())
  try {
    const fetched = await fetchTo(path, attachment, parts)
    const name = await putIntoInbox(path, fetched.digest, safeName(attachment.name), parts.workspace)
    const shown = fetched.bytes <= Math.min(room, mostImageBytes) ? await pictureAt(path) : {}
    return { path: `${inboxName}/${name}`, bytes: fetched.bytes, ...shown }
  } finally {
    await rm(path, { force: true })
  }
}

async function fetchTo(
  path: string,
  attachment: Attachment,
  { download, limits, signal }: ReceiveParts,
): Promise<{ bytes: number; digest: string }> {
  if (download === undefined) throw new Untaken('failed', { why: 'noDownload' })
  const within = AbortSignal.any([signal, AbortSignal.timeout(downloadMs)])
  const stream = await download(attachment, within)
  await using file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  let bytes = 0
  // Leaving the loop early cancels the download.
  for await (const chunk of abortable(stream, within)) {
    bytes += chunk.byteLength
    if (bytes > limits.maxBytes) throw tooLarge(limits.maxBytes)
    hash.update(chunk)
    await file.writeFile(chunk)
  }
  return { bytes, digest: hash.digest('hex') }
}

/** A stream that stops sending says nothing: the signal ends it. */
async function* abortable(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  const cancel = (): void => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', cancel, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', cancel)
    cancel()
  }
}

/** The name that it has got. The same content under the same name is there once, so a turn that is run again finds it. */
async function putIntoInbox(from: string, digest: string, name: string, workspace: string): Promise<string> {
  await using root = await Folder.open(workspace)
  await using inbox = await root.enter(inboxName, true)
  const taken = new Map((await inbox.names()).map((each) => [nameKey(each), each]))
  for (const candidate of numbered(name)) {
    const holder = taken.get(nameKey(candidate))
    if (holder === candidate && (await digestOf(inbox, candidate)) === digest) return candidate
    if (holder === undefined && (await copyTo(inbox, candidate, from))) return candidate
    if (taken.size > mostInInbox) break
    taken.set(nameKey(candidate), candidate)
  }
  throw new Untaken('failed', { why: 'crowded' })
}

const mostInInbox = 10_000

/** False: somebody took the name meanwhile. */
async function copyTo(inbox: Folder, name: string, from: string): Promise<boolean> {
  const target = await inbox.create(name)
  if (target === undefined) return false
  try {
    await using source = await open(from)
    for await (const chunk of source.createReadStream({ autoClose: false })) await target.writeFile(chunk)
  } catch (error) {
    await inbox.remove(name)
    throw error
  } finally {
    await target.close()
  }
  return true
}

/** Undefined: what stands there cannot be compared, so it is something else. */
async function digestOf(inbox: Folder, name: string): Promise<string | undefined> {
  let file: FileHandle
  try {
    file = await inbox.file(name)
  } catch (error) {
    if (error instanceof FileError) return undefined
    throw error
  }
  const hash = createHash('sha256')
  for await (const chunk of file.createReadStream()) hash.update(chunk)
  return hash.digest('hex')
}

async function pictureAt(path: string): Promise<Pick<ReceivedFile, 'image' | 'damaged'>> {
  const content = await readFile(path)
  const mime = imageType(content)
  if (mime !== undefined) return { image: { mime, data: content.toString('base64') } }
  return isDamaged(content) ? { damaged: true } : {}
}

function tooLarge(most: number): FileError {
  return new Untaken('too-large', { why: 'tooLarge', most })
}
