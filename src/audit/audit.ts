/** Who allowed what: a file that is only ever appended to, each line bound to the one before. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { checked, hashOf, root } from './chain.ts'
import { type Head, headPath, openHead, readHead, writeHead } from './head.ts'

export interface AuditEntry {
  readonly event: string
  readonly [field: string]: unknown
}

export interface Audit {
  /** Resolves when the entry is on disk. Throws {@link AuditError}. */
  append(entry: AuditEntry): Promise<void>
  close(): Promise<void>
}

/** What a whole log was found to be. */
export interface Verdict extends Head {
  /** Bytes of a line that a crash tore, behind all others. */
  readonly torn: number
  /** The line from which on its length is kept beside it. Absent: from none, as in a log of an older version. */
  readonly since?: number
  /** Absent: every line follows the one before. */
  readonly breach?: { readonly line: number; readonly reason: string }
}

/** `broken` the log does not verify, so nothing is added to it; `storage` the disk failed. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly code: 'broken' | 'storage'

  constructor(code: AuditError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

const lineFeed = 0x0a

/** The event that says: a head stands beside the log from here on, so one that is missing later was taken away. */
const lengthKept = 'length-kept'

/** Throws {@link AuditError}: nobody may go on writing behind what was tampered with. */
export async function openAudit(path: string): Promise<Audit> {
  try {
    return await openVerified(path)
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    throw new AuditError('storage', `The audit log ${path} cannot be opened.`, { cause })
  }
}

async function openVerified(path: string): Promise<Audit> {
  await using opening = new AsyncDisposableStack()
  const file = await open(path, 'a+', 0o600)
  opening.defer(() => file.close())
  const { lines, head, torn, since, breach } = await verifyAudit(path)
  if (breach !== undefined) {
    throw new AuditError(
      'broken',
      `The audit log ${path} was changed: line ${breach.line}: ${breach.reason}. Move it and ${headPath(path)} away to start another, and find out who changed it.`,
    )
  }
  const cutOff = torn === 0 ? undefined : await cutEnd(file, torn)
  const kept = await openHead(headPath(path))
  opening.defer(() => kept.close())
  await writeHead(kept, { lines, head })
  // Once: a power cut must not leave lines without it.
  await kept.sync()
  const audit = new AuditFile(path, { file, kept }, { lines, head })
  // A new log begins with it; one from before there was a head is taken as long as it is.
  if (since === undefined) await audit.append({ event: lengthKept })
  if (cutOff !== undefined) await audit.append({ event: 'torn', bytes: torn, was: hashOf(cutOff) })
  opening.move()
  return audit
}

interface Files {
  readonly file: FileHandle
  /** See head.ts. */
  readonly kept: FileHandle
}

class AuditFile implements Audit {
  readonly #path: string
  readonly #files: Files
  #end: Head
  #writing: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(path: string, files: Files, end: Head) {
    this.#path = path
    this.#files = files
    this.#end = end
  }

  append(entry: AuditEntry): Promise<void> {
    const written = this.#writing.then(() => this.#write(entry))
    // Whoever appends next is told of its own failure.
    this.#writing = written.catch(() => undefined)
    return written
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#writing
    await this.#files.file.close()
    await this.#files.kept.close()
  }

  async #write({ event, ...fields }: AuditEntry): Promise<void> {
    const { file, kept } = this.#files
    const seq = this.#end.lines + 1
    const at = new Date().toISOString()
    const line = JSON.stringify({ seq, at, event, ...fields, before: this.#end.head })
    try {
      const { size } = await file.stat()
      await file.appendFile(`${line}\n`).catch(async (error: unknown) => {
        await file.truncate(size)
        throw error
      })
      await file.datasync()
      this.#end = { lines: seq, head: hashOf(line) }
      await writeHead(kept, this.#end)
    } catch (cause) {
      throw new AuditError('storage', `The audit log ${this.#path} cannot be written.`, { cause })
    }
  }
}

/**
 * A crash in the middle of a line leaves a part of it, and nothing was done yet that it tells of. Resolves with that
 * part: the log says that it was cut off.
 */
async function cutEnd(file: FileHandle, bytes: number): Promise<Buffer> {
  const { size } = await file.stat()
  const { buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, size - bytes)
  await file.truncate(size - bytes)
  return buffer
}

/** Reads the whole log. Rejects when it cannot be read. */
export async function verifyAudit(path: string): Promise<Verdict> {
  // First: the log may grow meanwhile, and the head stays behind it.
  const kept = await readHead(headPath(path))
  const found: Found = { lines: 0, head: root, torn: 0 }
  for await (const { line, isWhole } of linesOf(path)) {
    const number = found.lines + 1
    if (!isWhole) {
      if (number <= (kept?.lines ?? 0)) return broken(found, number, 'it is cut short')
      found.torn = line.length
      break
    }
    const entry = checked(line, number, found.head)
    if ('reason' in entry) return broken(found, number, entry.reason)
    found.lines = number
    found.head = hashOf(line)
    if (entry.event === lengthKept) found.since ??= number
    if (number === kept?.lines && found.head !== kept.head)
      return broken(found, number, 'another one was written there')
  }
  return ofRightLength(found, kept, path)
}

/** What was read so far. */
interface Found {
  lines: number
  head: string
  torn: number
  since?: number
}

function broken(found: Found, line: number, reason: string): Verdict {
  return { ...found, breach: { line, reason } }
}

function ofRightLength(found: Found, kept: Head | undefined, path: string): Verdict {
  const next = found.lines + 1
  if (kept === undefined && found.since !== undefined) {
    const reason = `how many lines there were is not known: ${headPath(path)} is missing or damaged`
    return broken(found, next, reason)
  }
  if (kept !== undefined && found.lines < kept.lines)
    return broken(found, next, `it is missing, as is all up to line ${kept.lines}`)
  return found
}

interface LineRead {
  readonly line: Buffer
  /** False: the end of the file came before the end of the line. */
  readonly isWhole: boolean
}

/** By line feeds alone: what people wrote may hold other line separators. */
async function* linesOf(path: string): AsyncGenerator<LineRead> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, Buffer.from(chunk)])
    for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
      yield { line: rest.subarray(0, end), isWhole: true }
      rest = rest.subarray(end + 1)
    }
  }
  if (rest.length > 0) yield { line: rest, isWhole: false }
}
