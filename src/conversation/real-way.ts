/** Where a path leads once its links are followed, also one that does not exist yet. */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** As many as the system follows. */
const mostLinks = 40

/** `path`: absolute. What cannot be looked at is taken as it is written. */
export function realWay(path: string, links = 0): string {
  try {
    return realpathSync(path)
  } catch {
    // It is not there, or not to be seen: what is above it may be.
    const above = dirname(path)
    if (above === path) return path
    const target = links < mostLinks ? linkTarget(path) : undefined
    if (target !== undefined) return realWay(resolve(realWay(above, links + 1), target), links + 1)
    return join(realWay(above, links), basename(path))
  }
}

/** Where a link to nothing points; undefined: it is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined
  } catch {
    return undefined
  }
}
