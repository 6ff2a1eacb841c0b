/** Sections one below the other, with an empty line between those that stand apart, and nowhere two. */
import type { Section } from './outbound.ts'

export class Page {
  #kind: Section['kind'] | undefined
  #blank = true
  #lines: string[] = []

  add(...sections: readonly Section[]): void {
    for (const { kind, lines } of sections) {
      if (kind !== this.#kind && lines.every((line) => line === '')) continue
      if (this.parts(kind)) this.#put('')
      this.#kind = kind
      for (const line of lines) this.#put(line)
    }
  }

  /** Whether a section of this kind, put next, needs an empty line before it. */
  parts(kind: Section['kind']): boolean {
    return !this.#blank && this.#kind !== undefined && !joins(kind, this.#kind)
  }

  /** The lines added since the last time. */
  take(): string[] {
    return this.#lines.splice(0)
  }

  #put(line: string): void {
    if (line === '' && this.#blank) return
    this.#blank = line === ''
    this.#lines.push(line)
  }
}

function joins(kind: Section['kind'], before: Section['kind']): boolean {
  if (kind === 'settled') return before === 'prompt'
  return kind === before && (kind === 'text' || kind === 'tool')
}
