/** What a stream that takes nothing back has said, against what the answer is by now. Pure. */

const between = '\n\n'

export class Spoken {
  /** The answer as it is now. */
  #text = ''
  /** What of it was said. */
  #said = ''
  /** How much of the answer is sure: what was said beyond that may come otherwise. */
  #sure = 0

  get text(): string {
    return this.#text
  }

  add(delta: string): void {
    this.#text += delta
  }

  /** All before is void, and this stands in its place: words that were said already are not said twice. */
  reset(text: string): void {
    this.#text = text
    this.#sure = text.length
  }

  /** Somebody else has heard it. */
  skip(): void {
    this.#said = this.#text
  }

  /** What is to be said now; may be empty. */
  next(): string {
    const [text, said] = [this.#text, this.#said]
    if (said.startsWith(text)) return ''
    this.#said = text
    if (text.startsWith(said)) return text.slice(said.length)
    return `${between}${text.slice(this.#sure).trimStart()}`
  }
}
