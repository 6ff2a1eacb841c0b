/** Lines that each carry the SHA-256 of the line before, so that a change anywhere breaks what follows. Pure. */
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What the first line carries. */
export const root = '0'.repeat(64)

const Line = z.looseObject({ seq: z.int(), at: z.iso.datetime(), event: z.string(), before: z.string() })

export function hashOf(line: string | Buffer): string {
  return createHash('sha256').update(line).digest('hex')
}

/** Why this line does not follow the one before; undefined: it does. `seq`: the number that it must have. */
export function breachIn(line: Buffer, seq: number, before: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(line.toString('utf8'))
  } catch {
    return 'it is not JSON'
  }
  const parsed = Line.safeParse(value)
  if (!parsed.success) return 'it is no entry of an audit log'
  if (parsed.data.seq !== seq)
    return `it has the number ${parsed.data.seq}, not ${seq}: lines are missing or moved`
  if (parsed.data.before !== before) return 'the line before it is not the one that it was written after'
  return undefined
}
