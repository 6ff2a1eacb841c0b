/** Is a request Feishu's, and what does it say? */
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'

/** Seconds that a request may be old, or early by a clock that is off. */
const freshSeconds = 300

export interface Signed {
  readonly timestamp: string | undefined
  readonly nonce: string | undefined
  readonly signature: string | undefined
  /** As it came, byte by byte. */
  readonly body: Buffer
}

/** `now`: seconds since 1970. */
export function isLarks({ timestamp, nonce, signature, body }: Signed, key: string, now: number): boolean {
  if (nonce === undefined || signature === undefined || !isFresh(timestamp, now)) return false
  const wanted = createHash('sha256').update(`${timestamp}${nonce}${key}`).update(body).digest('hex')
  return isSame(signature, wanted)
}

/** Is it of just now? `now`: seconds since 1970. */
export function isFresh(timestamp: string | undefined, now: number): timestamp is string {
  // With anything else in it bytes could move between it and the nonce.
  return (
    timestamp !== undefined && /^\d+$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= freshSeconds
  )
}

/** In constant time for texts of one length. */
export function isSame(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

/** Undefined: it was not encrypted with this key. */
export function decrypted(encrypted: string, key: string): string | undefined {
  const bytes = Buffer.from(encrypted, 'base64')
  try {
    const cipher = createDecipheriv(
      'aes-256-cbc',
      createHash('sha256').update(key).digest(),
      bytes.subarray(0, 16),
    )
    return Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]).toString()
  } catch {
    return undefined
  }
}
