/** Opens what lies within a workspace, and nothing else, whatever links lie in it. */
import { type FileHandle, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { FileError, errnoOf } from './error.ts'
import { Folder } from './folder.ts'

export interface OpenFile extends AsyncDisposable {
  readonly handle: FileHandle
  readonly bytes: number
  /** From the workspace on, links resolved. */
  readonly path: string
}

/**
 * Opens a regular file to read. Links within the workspace are followed; what they lead to is then opened step by
 * step without following any, so that a link that is swapped in meanwhile is refused. Throws {@link FileError}.
 */
export async function openInside(workspace: string, path: string): Promise<OpenFile> {
  const steps = await stepsTo(workspace, path)
  const last = steps.pop()
  if (last === undefined) throw new FileError('not-a-file', 'that is the workspace itself: name a file in it')
  await using held = new AsyncDisposableStack()
  let folder = held.use(await Folder.open(workspace))
  for (const step of steps) folder = held.use(await folder.enter(step))
  const handle = await folder.file(last)
  const { size: bytes } = await handle.stat()
  return { handle, bytes, path: [...steps, last].join('/'), [Symbol.asyncDispose]: () => handle.close() }
}

async function stepsTo(workspace: string, path: string): Promise<string[]> {
  if (path.includes('\0')) throw new FileError('missing', 'there is no such file')
  const root = await realpath(workspace)
  const real = await realpath(isAbsolute(path) ? path : join(root, path)).catch((cause: unknown) => {
    const why = errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'the path cannot be followed'
    throw new FileError('missing', why, { cause })
  })
  const way = relative(root, real)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new FileError('outside', 'that lies outside of the workspace')
  }
  return way === '' ? [] : way.split(sep)
}
