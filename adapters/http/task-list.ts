/** Pages of tasks, the newest first. Pure. */
import { Problem } from './problems.ts'
import type { RunLine } from './runs.ts'

interface Wanted {
  /** Absent: of all keys. */
  readonly user?: string
  readonly state?: string
  readonly session?: string
  readonly batch?: string
  readonly limit: number
  readonly cursor?: string
}

/** Throws {@link Problem} where the cursor is none. */
export function pageOf(
  lines: readonly RunLine[],
  { user, state, session, batch, limit, cursor }: Wanted,
): { readonly page: readonly RunLine[]; readonly next?: string } {
  const after = cursor === undefined ? undefined : placeIn(cursor)
  const fits = (line: RunLine): boolean =>
    (user === undefined || line.user === user) &&
    (state === undefined || line.state === state) &&
    (session === undefined || line.session === session) &&
    (batch === undefined || line.batch?.id === batch) &&
    (after === undefined || byAge(after, line) < 0)
  const all = lines.filter(fits).toSorted(byAge)
  const page = all.slice(0, limit)
  const last = page.at(-1)
  return all.length > limit && last !== undefined ? { page, next: cursorAt(last) } : { page }
}

type Place = Pick<RunLine, 'createdAt' | 'user' | 'id'>

function byAge(one: Place, other: Place): number {
  if (one.createdAt !== other.createdAt) return other.createdAt - one.createdAt
  const [a, b] = [`${one.user}/${one.id}`, `${other.user}/${other.id}`]
  return a < b ? -1 : a > b ? 1 : 0
}

function cursorAt({ createdAt, user, id }: Place): string {
  return Buffer.from(`${createdAt}/${user}/${id}`).toString('base64url')
}

function placeIn(cursor: string): Place {
  const [, at, user, id] =
    /^(\d{1,15})\/([^/]+)\/([^/]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at !== undefined && user !== undefined && id !== undefined) return { createdAt: Number(at), user, id }
  const message = 'This is no cursor: take `next` of the page before.'
  throw new Problem(400, 'invalid', message, { fields: [{ field: 'cursor', message }] })
}
