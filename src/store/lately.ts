/** A memory with a bound: what was put there longest ago makes way. */
export class Lately<V> {
  readonly #most: number
  readonly #known = new Map<string, V>()

  constructor(most: number) {
    this.#most = most
  }

  has(key: string): boolean {
    return this.#known.has(key)
  }

  get(key: string): V | undefined {
    return this.#known.get(key)
  }

  put(key: string, value: V): void {
    this.#known.delete(key)
    this.#known.set(key, value)
    if (this.#known.size <= this.#most) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  forget(key: string): void {
    this.#known.delete(key)
  }

  clear(): void {
    this.#known.clear()
  }
}
