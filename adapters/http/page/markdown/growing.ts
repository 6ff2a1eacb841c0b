/** Reads Markdown that grows: what is settled is not read again. */
import type { RootContent } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

const parser = unified().use(remarkParse).use(remarkGfm)

/** What names an address or a footnote, above or below where it is used. */
const naming = /^[\s>*+\-\d.)]*\[[^\]]+\]:/m

export class Growing {
  /** How much of the text is settled. */
  #before = ''
  #settled: readonly RootContent[] = []

  /** What stands in it at the top. Where the text has grown since it was asked last, what is settled is the same object again. */
  read(markdown: string): readonly RootContent[] {
    if (naming.test(markdown)) return parser.parse(markdown).children
    if (!markdown.startsWith(this.#before)) {
      this.#before = ''
      this.#settled = []
    }
    const rest = markdown.slice(this.#before.length)
    const nodes = parser.parse(rest).children
    const all = [...this.#settled, ...nodes]
    // Once another begins, a block at the top is closed: whatever comes can only change the last.
    const last = nodes.at(-1)?.position?.start
    if (nodes.length > 1 && last?.offset !== undefined) {
      this.#before += rest.slice(0, last.offset - last.column + 1)
      this.#settled = all.slice(0, -1)
    }
    return all
  }
}
