/** What lies in a data directory, and what of it a backup takes. */

/** Copied as they were at one instant. */
export const databaseNames: readonly string[] = ['queue.db', 'store.db']

/** What vouches for the log's length comes first: it may stay behind the log, and must never be ahead of it. */
export const auditNames: readonly string[] = ['audit.jsonl.head', 'audit.jsonl']

/** Of one process alone, and of each node of several in its own folder of `nodes`. */
export const lockName = 'queue.db.lock'
export const nodeLockName = 'node.lock'

/** What an earlier restore put aside, and what one that was ended left. */
export const asidePrefix = 'before-restore-'
export const stagingPrefix = 'restoring-'

/**
 * Half-fetched files, which every start throws away; the log of the program; the socket of `parley attach`. `nodes` are
 * copied in a way of their own.
 */
const passing = new Set(['incoming', 'nodes', 'parley.log', 'attach.sock', 'lost+found'])

/** `path` from the data directory on. */
export function isWanted(path: string, workspaces: boolean): boolean {
  const isTop = !path.includes('/')
  if (isTop) return !isRemains(path) && !passing.has(path) && !isTaken(path)
  return workspaces || !/^users\/[^/]+\/(?:workspace|home)$/.test(path)
}

/** Left by a restore. */
export function isRemains(name: string): boolean {
  return name.startsWith(asidePrefix) || name.startsWith(stagingPrefix)
}

/** Copied in a way of its own, or by SQLite alone: a database's companions, and the lock. */
function isTaken(name: string): boolean {
  return auditNames.includes(name) || databaseNames.some((database) => name.startsWith(database))
}

/**
 * Where a file belongs when the data lies elsewhere from now on. The CLI files its transcripts under the path of the
 * folder that it worked in, each character but letters and digits written as `-`.
 */
export function movedPath(path: string, from: readonly string[], to: string): string {
  const [users, user, dir, projects, place, ...rest] = path.split('/')
  if (users !== 'users' || dir !== 'claude' || projects !== 'projects' || place === undefined) return path
  const old = from.map(placeOf).find((name) => place.startsWith(`${name}-users-`))
  if (old === undefined) return path
  return [users, user, dir, projects, `${placeOf(to)}${place.slice(old.length)}`, ...rest].join('/')
}

function placeOf(folder: string): string {
  return folder.replaceAll(/[^A-Za-z0-9]/g, '-')
}
