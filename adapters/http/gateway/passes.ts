/**
 * What the CLI of a session shows in place of the gateway's key, which Claude's commands would see: good for the gateway
 * alone, and until the bot ends.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Key } from '../keys.ts'

const mark = 'pass_'

export class Passes {
  readonly #secret = randomBytes(32)

  of(session: string): string {
    return `${mark}${session}.${this.#sign(session).toString('base64url')}`
  }

  /** Whose it is; undefined: it is none of ours. */
  find(secret: string): Key | undefined {
    if (!secret.startsWith(mark)) return undefined
    const [session = '', signature = ''] = secret.slice(mark.length).split('.')
    const given = Buffer.from(signature, 'base64url')
    const right = this.#sign(session)
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
    // No name of a key has a slash.
    return { name: `session/${session}`, scope: 'chat' }
  }

  #sign(session: string): Buffer {
    return createHmac('sha256', this.#secret).update(session).digest()
  }
}
