/** The rows that were read or written last: most that a message needs are those that the one before it needed. */

import { Lately } from './lately.ts'

/** Rows; bounds the memory. */
const MOST = 4096
/** Longer texts are read again: a few of them would take the place of many. */
const LONGEST = 4096

/** Of one connection to a file that others may write to as well. */
export class Recent {
  /** Undefined as a value: there is no such row. */
  readonly #rows = new Lately<string | undefined>(MOST)
  /** Changes when another connection has written. */
  readonly #version: () => unknown
  #seen: unknown
  #checked = false

  constructor(version: () => unknown) {
    this.#version = version
  }

  /** Looks a row up, by `read` where it is not at hand. `keeps`: false for what must be asked for each time. */
  get(
    key: string,
    read: () => { readonly text: string | undefined; readonly keeps: boolean },
  ): string | undefined {
    this.#check()
    const known = this.#rows.get(key)
    if (known !== undefined || this.#rows.has(key)) return known
    const { text, keeps } = read()
    if (keeps) this.put(key, text)
    return text
  }

  /** Call it when the row stands on disk so. */
  put(key: string, text: string | undefined): void {
    if (text !== undefined && text.length > LONGEST) this.#rows.forget(key)
    else this.#rows.put(key, text)
  }

  forget(key: string): void {
    this.#rows.forget(key)
  }

  clear(): void {
    this.#rows.clear()
  }

  /** Once in a turn of the event loop: what others write meanwhile could have come a moment later as well. */
  #check(): void {
    if (this.#checked) return
    this.#checked = true
    setImmediate(() => (this.#checked = false))
    const version = this.#version()
    if (version !== this.#seen) this.#rows.clear()
    this.#seen = version
  }
}
