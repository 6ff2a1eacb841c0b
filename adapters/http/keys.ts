/** API keys: only their hashes are kept, and compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { HttpSettings, Scope } from './settings.ts'

export interface Key {
  /** The person is `http:<name>`. */
  readonly name: string
  readonly scope: Scope
}

/** Whoever comes where there are no keys: somebody on this machine. */
export const local: Key = { name: 'local', scope: 'chat' }

export class Keys {
  readonly #known: readonly { readonly key: Key; readonly hash: Buffer }[]

  constructor(apiKeys: HttpSettings['apiKeys']) {
    this.#known = Object.entries(apiKeys).map(([name, { key, scope }]) => {
      const hash = key.startsWith('sha256:') ? Buffer.from(key.slice(7), 'hex') : hashOf(key)
      return { key: { name, scope }, hash }
    })
  }

  get none(): boolean {
    return this.#known.length === 0
  }

  /** Looks at all of them, whichever it is: the time that it takes tells nothing. */
  find(secret: string): Key | undefined {
    const hash = hashOf(secret)
    const fits = this.#known.map((known) => timingSafeEqual(known.hash, hash))
    return this.#known[fits.indexOf(true)]?.key
  }

  scopeOf(name: string): Scope | undefined {
    if (this.none) return name === local.name ? local.scope : undefined
    return this.#known.find(({ key }) => key.name === name)?.key.scope
  }
}

/** A key is 256 random bits: nobody finds it by trying, so a fast hash is enough. */
function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
