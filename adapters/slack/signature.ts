/** Is a request Slack's? */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a request may be old, or early by a clock that is off. */
const freshSeconds = 300

export interface Signed {
  readonly timestamp: string | undefined
  readonly signature: string | undefined
  /** As it came, byte by byte. */
  readonly body: Buffer
}

/** `now`: seconds since 1970. */
export function isSlacks({ timestamp, signature, body }: Signed, secret: string, now: number): boolean {
  if (timestamp === undefined || signature === undefined || !/^\d+$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp)) > freshSeconds) return false
  const hash = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')
  const wanted = Buffer.from(`v0=${hash}`)
  const given = Buffer.from(signature)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
