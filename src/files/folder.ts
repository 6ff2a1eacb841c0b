/**
 * A folder that is held open. Whoever works in it may swap any name for a link at any moment, so names are looked up
 * in the folder that was opened and not along a path that may lead elsewhere by now.
 */
import { randomUUID } from 'node:crypto'
import { type Stats, constants } from 'node:fs'
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  unlink,
} from 'node:fs/promises'
import { join } from 'node:path'
import { FileError, type FileErrorCode, errnoOf } from './error.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

export class Folder implements AsyncDisposable {
  readonly #handle: FileHandle
  readonly #path: string

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  /** The last part of the path must not be a link. Throws {@link FileError}. */
  static async open(path: string): Promise<Folder> {
    const real = await realpath(path).catch((cause: unknown) => {
      throw fileError(cause)
    })
    return new Folder(await opened(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), real)
  }

  /** A folder in this one; `make`: it is made where there is none. Throws {@link FileError}. */
  async enter(name: string, make = false): Promise<Folder> {
    if (make) await mkdir(this.#way(name), { mode: 0o700 }).catch(unlessThere)
    const handle = await this.#open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    return new Folder(handle, join(this.#path, name))
  }

  /** A regular file to read; `linked`: one that has other names, too. Throws {@link FileError}. */
  async file(name: string, { linked = false } = {}): Promise<FileHandle> {
    // A pipe that nobody writes to must not hold us up.
    const handle = await this.#open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = await handle.stat()
    if (stat.isFile() && (linked || stat.nlink === 1)) return handle
    await handle.close()
    // One of its names may lie within somebody else's walls.
    if (stat.isFile()) throw new FileError('linked', `${name} is hard-linked: make a copy of it first`)
    throw new FileError('not-a-file', `${name} is not a regular file`)
  }

  /** A new file to write; undefined: the name is taken. Throws {@link FileError}. */
  async create(name: string): Promise<FileHandle | undefined> {
    try {
      return await this.#open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    } catch (error) {
      if (error instanceof FileError && errnoOf(error.cause) === 'EEXIST') return undefined
      throw error
    }
  }

  /** A file with this text, in the place of what has the name: of a link too, not of what it leads to. Throws {@link FileError}. */
  async replace(name: string, text: string): Promise<void> {
    const fresh = `.${randomUUID()}`
    const handle = await this.#open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    try {
      await handle.writeFile(text)
      await rename(this.#way(fresh), this.#way(name))
    } catch (cause) {
      await this.remove(fresh)
      throw fileError(cause)
    } finally {
      await handle.close()
    }
  }

  /** Undefined: it is a link or a device, or gone. */
  async look(
    name: string,
  ): Promise<{ name: string; kind: 'file' | 'folder'; bytes?: number; changedAt: number } | undefined> {
    const stat = await this.stat(name)
    if (stat === undefined) return undefined
    const changedAt = Math.round(stat.mtimeMs)
    if (stat.isDirectory()) return { name, kind: 'folder', changedAt }
    return stat.isFile() ? { name, kind: 'file', bytes: stat.size, changedAt } : undefined
  }

  /** What stands there, a link as itself. Undefined: it is gone. */
  async stat(name: string): Promise<Stats | undefined> {
    return lstat(this.#way(name)).catch(() => undefined)
  }

  /** Where a link leads. Rejects when it is none. */
  target(name: string): Promise<string> {
    return readlink(this.#way(name))
  }

  remove(name: string): Promise<void> {
    return unlink(this.#way(name))
  }

  names(): Promise<string[]> {
    return readdir(this.#way('.'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  async #open(name: string, flags: number): Promise<FileHandle> {
    const handle = await opened(this.#way(name), flags)
    if (throughProc) return handle
    // Elsewhere the path has to be believed, so it is looked at once more before anything is read or written.
    const [meant, got] = [join(this.#path, name), await realpath(join(this.#path, name)).catch(() => '')]
    if (got === meant) return handle
    await handle.close()
    throw outside(name)
  }

  /** On Linux a name in the open folder itself, as openat(2) has it. */
  #way(name: string): string {
    return throughProc ? `/proc/self/fd/${this.#handle.fd}/${name}` : join(this.#path, name)
  }
}

const throughProc = process.platform === 'linux'

async function opened(path: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600)
  } catch (error) {
    throw fileError(error)
  }
}

/** ELOOP: a link; ENOTDIR: the same where a folder is wanted, or a file in its place. */
const byErrno: Readonly<Record<string, readonly [FileErrorCode, string]>> = {
  ENOENT: ['missing', 'there is no such file'],
  ELOOP: ['outside', 'a link stands where a folder or file was expected'],
  ENOTDIR: ['outside', 'a link or a file stands where a folder was expected'],
  ENXIO: ['not-a-file', 'it is not a regular file'],
  EISDIR: ['not-a-file', 'it is a folder'],
}

function fileError(cause: unknown): FileError {
  const errno = errnoOf(cause) ?? 'unknown'
  const [code, words] = byErrno[errno] ?? ['failed', `it cannot be opened (${errno})`]
  return new FileError(code, words, { cause })
}

function outside(name: string): FileError {
  return new FileError('outside', `${name} leads out of the workspace`)
}

function unlessThere(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw fileError(error)
}
