/** Who allowed what: a file that is only ever appended to, each line bound to the one before. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { breachIn, hashOf, root } from './chain.ts'

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
export interface Verdict {
  readonly lines: number
  /** SHA-256 of the last line: kept elsewhere, it shows later that nothing was cut off. */
  readonly head: string
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
  await cutTorn(file)
  const { lines, head, breach } = await verifyAudit(path)
  if (breach !== undefined) {
    throw new AuditError(
      'broken',
      `The audit log ${path} was changed: line ${breach.line}: ${breach.reason}. Move it away to start another, and find out who changed it.`,
    )
  }
  opening.move()
  return new AuditFile(path, file, lines, head)
}

class AuditFile implements Audit {
  readonly #path: string
  readonly #file: FileHandle
  #lines: number
  #head: string
  #writing: Promise<void> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(path: string, file: FileHandle, lines: number, head: string) {
    this.#path = path
    this.#file = file
    this.#lines = lines
    this.#head = head
  }

  append(entry: AuditEntry): Promise<void> {
    const written = this.#writing.then(() => this.#write(entry))
    // Whoever appends next is told of its own failure.
    this.#writing = written.catch(() => undefined)
    return written
  }

  close(): Promise<void> {
    this.#closed ??= this.#writing.then(() => this.#file.close())
    return this.#closed
  }

  async #write({ event, ...fields }: AuditEntry): Promise<void> {
    const seq = this.#lines + 1
    const at = new Date().toISOString()
    const line = JSON.stringify({ seq, at, event, ...fields, before: this.#head })
    try {
      const { size } = await this.#file.stat()
      await this.#file.appendFile(`${line}\n`).catch(async (error: unknown) => {
        await this.#file.truncate(size)
        throw error
      })
      await this.#file.datasync()
    } catch (cause) {
      throw new AuditError('storage', `The audit log ${this.#path} cannot be written.`, { cause })
    }
    this.#lines = seq
    this.#head = hashOf(line)
  }
}

/** A crash in the middle of a line leaves a part of it, and nothing was done yet that it tells of. */
async function cutTorn(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  const content = await file.readFile()
  const whole = content.lastIndexOf(lineFeed) + 1
  if (whole < size) await file.truncate(whole)
}

/** Reads the whole log. Rejects when it cannot be read. */
export async function verifyAudit(path: string): Promise<Verdict> {
  let lines = 0
  let head = root
  for await (const line of linesOf(path)) {
    const reason = breachIn(line, lines + 1, head)
    if (reason !== undefined) return { lines, head, breach: { line: lines + 1, reason } }
    lines += 1
    head = hashOf(line)
  }
  return { lines, head }
}

/** By line feeds alone: what people wrote may hold other line separators. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, Buffer.from(chunk)])
    for (let end = rest.indexOf(lineFeed); end !== -1; end = rest.indexOf(lineFeed)) {
      yield rest.subarray(0, end)
      rest = rest.subarray(end + 1)
    }
  }
  if (rest.length > 0) yield rest
}
