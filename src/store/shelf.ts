/** Records of one kind, typed: what Keyv keeps as text is parsed on the way in, and its errors are thrown. */
import { Keyv } from 'keyv'
import type { DeserializedData } from 'keyv'
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { StoreError } from './error.ts'
import { Lately } from './lately.ts'

/** Stands for what cannot be read: Keyv would take it for missing, no schema will. */
const BROKEN = Symbol('broken')

export class Shelf<T> {
  readonly #name: string
  readonly #namespace: string
  readonly #schema: z.ZodType<T>
  readonly #backend: Backend
  readonly #keyv: Keyv
  /** What was made of a text that was read lately, see {@link deserializer}. */
  readonly #parsed = new WeakMap<object, T>()

  constructor(name: string, schema: z.ZodType<T>, backend: Backend) {
    this.#name = name
    this.#namespace = `parley:${name}`
    this.#schema = schema
    this.#backend = backend
    this.#keyv = new Keyv({
      store: backend.adapter(this.#namespace),
      namespace: this.#namespace,
      // The adapter prefixes. Keyv's own prefix is left out for a key that begins like the namespace.
      useKeyPrefix: false,
      throwOnErrors: true,
      serialize: JSON.stringify,
      deserialize: deserializer(),
    })
    // Errors are thrown where they happen; without a listener Keyv would throw them a second time.
    this.#keyv.on('error', () => {})
  }

  async get(key: string): Promise<T | undefined> {
    const value: unknown = await this.#do('read', key, () => this.#keyv.get<unknown>(encode(key)))
    return value === undefined ? undefined : this.#parse(key, value)
  }

  /** In the order of the keys; undefined where there is none. */
  async getMany(keys: readonly string[]): Promise<(T | undefined)[]> {
    if (keys.length === 0) return []
    const values = await this.#do('read', keys[0], () => this.#keyv.getMany<unknown>(keys.map(encode)))
    return keys.map((key, n) => (values[n] === undefined ? undefined : this.#parse(key, values[n])))
  }

  async set(key: string, value: T): Promise<void> {
    await this.setMany([[key, value]])
  }

  /** All of them or none. */
  async setMany(entries: readonly (readonly [key: string, value: T])[]): Promise<void> {
    await this.#do('write', entries[0]?.[0], async () => {
      const rows = entries.map(([key, value]) => ({ key: encode(key), value }))
      const [only] = rows
      const done: unknown =
        rows.length === 1 && only !== undefined
          ? await this.#keyv.set(only.key, only.value)
          : await this.#keyv.setMany(rows)
      // @keyv/redis tells nothing of a transaction that went well. A false is a write that Keyv swallowed.
      const results: unknown[] = Array.isArray(done) ? done : [done ?? true]
      if (!results.every((result) => result === true)) throw new Error('the write was refused')
    })
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await this.#do('delete', keys[0], () => this.#keyv.deleteMany(keys.map(encode)))
  }

  async *values(): AsyncGenerator<T> {
    for await (const [, value] of this.entries()) yield value
  }

  async *entries(): AsyncGenerator<readonly [key: string, value: T]> {
    const seen = new Set<string>()
    const keys = this.#backend.keys(this.#namespace)[Symbol.asyncIterator]()
    for (;;) {
      const next = await this.#do('list', undefined, () => keys.next())
      if (next.done === true) return
      if (seen.has(next.value)) continue
      seen.add(next.value)
      const key = decode(next.value)
      const value = await this.get(key)
      if (value !== undefined) yield [key, value]
    }
  }

  #parse(key: string, value: unknown): T {
    const known = isObject(value) ? this.#parsed.get(value) : undefined
    if (known !== undefined) return known
    const parsed = this.#schema.safeParse(value)
    if (parsed.success) {
      if (isObject(value)) this.#parsed.set(value, frozen(parsed.data))
      return parsed.data
    }
    const why = value === BROKEN ? 'it is not what Keyv writes' : z.prettifyError(parsed.error)
    throw new StoreError(
      'corrupt',
      `The record ${this.#name} ${brief(key)} cannot be read: ${why}. Restore it from a backup, or delete it.`,
    )
  }

  async #do<R>(verb: string, key: string | undefined, work: () => Promise<R>): Promise<R> {
    try {
      return await this.#backend.run(work)
    } catch (error) {
      if (error instanceof StoreError) throw error
      throw this.#backend.failure(error, `${verb} ${this.#name}${key === undefined ? '' : ` ${brief(key)}`}`)
    }
  }
}

/** Keys hold what people chose: as JSON, NUL and lone surrogates reach the disk as ASCII and come back as they were. */
function encode(key: string): string {
  return JSON.stringify(key)
}

function decode(key: string): string {
  return z.string().parse(JSON.parse(key))
}

function brief(key: string): string {
  return JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}…` : key)
}

/** Texts of which it is remembered what they say; longer ones are read anew. */
const MOST_TEXTS = 2048
const LONGEST_TEXT = 4096

/**
 * Most of what is read was read before and says the same: it is the same object then, which nobody can change.
 * Keyv lets its caller name the type of what it reads; the shelf's schema tells afterwards whether it was right.
 */
function deserializer(): <V>(text: string) => DeserializedData<V> {
  const known = new Lately<ReturnType<typeof stored>>(MOST_TEXTS)
  return (text) => {
    const { value, expires } = known.get(text) ?? remember(text)
    return { value: anything.parse(value), expires }
  }

  function remember(text: string): ReturnType<typeof stored> {
    const row = stored(text)
    if (text.length <= LONGEST_TEXT) known.put(text, row)
    return row
  }
}

const anything = z.any()

function frozen<T>(value: T): T {
  if (isObject(value)) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** By hand: it is on the way of every record, and what is in `value` is parsed by its schema. */
function stored(text: string): { value: unknown; expires?: number | undefined } {
  try {
    const row: unknown = JSON.parse(text)
    if (typeof row !== 'object' || row === null || !('value' in row)) return { value: BROKEN }
    const expires = 'expires' in row ? row.expires : undefined
    if (expires !== undefined && typeof expires !== 'number') return { value: BROKEN }
    return { value: row.value, expires }
  } catch {
    return { value: BROKEN }
  }
}
