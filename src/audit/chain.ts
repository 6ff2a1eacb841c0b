/** Lines that each carry the SHA-256 of the line before, so that a change anywhere breaks what follows. Pure. */
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What the first line carries. */
export const root = '0'.repeat(64)

const Line = z.looseObject({ seq: z.int(), at: z.iso.datetime(), event: z.string(), before: z.string() })

export function hashOf(line: string | Buffer): string {
  return createHash('sha256').update(line).digest('hex')
}

/** `reason`: why this line does not follow the one before, whose hash is `before`. `seq`: the number that it must have. */
export function checked(
  line: Buffer,
  seq: number,
  before: string,
): { readonly event: string } | { readonly reason: string } {
  let value: unknown
  try {
    value = JSON.parse(line.toString('utf8'))
  } catch {
    return { reason: 'it is not JSON' }
  }
  const { data } = Line.safeParse(value)
  if (data === undefined) return { reason: 'it is no entry of an audit log' }
  if (data.seq !== seq)
    return { reason: `it has the number ${data.seq}, not ${seq}: lines are missing or moved` }
  if (data.before !== before) return { reason: 'the line before it is not the one that it was written after' }
  return { event: data.event }
}
