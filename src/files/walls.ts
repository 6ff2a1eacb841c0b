/** Opens what lies within a workspace or another folder that is open to a user, and nothing else, whatever links lie in it. */
import { type FileHandle, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { FileError, errnoOf } from './error.ts'
import { Folder } from './folder.ts'

export interface OpenFile extends AsyncDisposable {
  readonly handle: FileHandle
  readonly bytes: number
  readonly root: string
  /** From the root on, links resolved. */
  readonly path: string
}

/** A folder that is open to a user. Absolute paths without links in them. */
interface Wall {
  readonly root: string
  /** What paths count from: the root, or a folder in it. */
  readonly base: string
}

/** What is open, and in which order a path is tried. */
export type Walls = readonly [Wall, ...Wall[]]

/** As {@link openInside}, in the first of them where there is such a file. A link never leads from one into another. */
export async function openWithin(walls: Walls, path: string): Promise<OpenFile> {
  const refusals: FileError[] = []
  for (const { root, base } of walls) {
    try {
      return await openInside(root, isAbsolute(path) ? path : join(base, path))
    } catch (error) {
      if (!(error instanceof FileError)) throw error
      // What lies outside of one may lie in another, as long as it is named and not led to.
      const isElsewhere = error.code === 'missing' || (error.code === 'outside' && isAbsolute(path))
      if (!isElsewhere) throw error
      refusals.push(error)
    }
  }
  throw refusals.find(({ code }) => code !== 'outside') ?? refusals[0] ?? missing()
}

/** How a file is named to Claude, who works in the first: from there on, or whole. */
export function nameWithin([first]: Walls, { root, path }: Pick<OpenFile, 'root' | 'path'>): string {
  return root === first.root && root === first.base ? path : join(root, path)
}

/**
 * Opens a regular file to read. Links within the workspace are followed; what they lead to is then opened step by
 * step without following any, so that a link that is swapped in meanwhile is refused. Throws {@link FileError}.
 */
async function openInside(workspace: string, path: string): Promise<OpenFile> {
  const steps = await stepsTo(workspace, path)
  const last = steps.pop()
  if (last === undefined) throw new FileError('not-a-file', 'that is the workspace itself: name a file in it')
  await using held = new AsyncDisposableStack()
  let folder = held.use(await Folder.open(workspace))
  for (const step of steps) folder = held.use(await folder.enter(step))
  const handle = await folder.file(last)
  const { size: bytes } = await handle.stat()
  return {
    handle,
    bytes,
    root: workspace,
    path: [...steps, last].join('/'),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** What lies in a folder of the workspace, by name; links and what is neither file nor folder are left out. Throws {@link FileError}. */
export async function entriesWithin(
  workspace: string,
  path: string,
): Promise<{ name: string; kind: 'file' | 'folder'; bytes?: number; changedAt: number }[]> {
  await using held = new AsyncDisposableStack()
  let folder = held.use(await Folder.open(workspace))
  for (const step of await stepsTo(workspace, path)) folder = held.use(await folder.enter(step))
  const found = await Promise.all((await folder.names()).map((name) => folder.look(name)))
  return found.filter((entry) => entry !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

async function stepsTo(workspace: string, path: string): Promise<string[]> {
  if (path.includes('\0')) throw missing()
  const real = await realpath(isAbsolute(path) ? path : join(workspace, path)).catch((cause: unknown) => {
    const why = errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'the path cannot be followed'
    throw new FileError('missing', why, { cause })
  })
  const way = relative(workspace, real)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new FileError('outside', 'that lies outside of the workspace')
  }
  return way === '' ? [] : way.split(sep)
}

function missing(): FileError {
  return new FileError('missing', 'there is no such file')
}
