/**
 * Cuts Markdown into chunks that each stand alone. Nothing is rewritten: the source is cut, and what the cut breaks
 * is closed before it and opened again after it.
 */
import { type Cut, type Level, type Source, sourceOf } from './markdown/cuts.ts'
import { type FindSpans, loadFindSpans } from './markdown/inline.ts'
import { InlineCuts, type Unit } from './markdown/inline-cuts.ts'
import { render } from './markdown/piece.ts'

/** One chunk. */
export interface Piece {
  /** What it is a chunk of, exactly: joined, these give the text back. */
  readonly source: string
  /** What is shown: `source` less white space at its edges, with what the cuts closed and opened again. */
  readonly text: string
}

/** Length in a platform's own unit; never shrinks much when text is added. */
export type Measure = (markdown: string) => number

/**
 * Chunks that each measure at most `limit`, in order, none of them blank. A chunk is longer only when the limit
 * is below what a single character measures.
 */
export async function split(markdown: string, limit: number, measure: Measure): Promise<string[]> {
  if (measure(markdown) <= limit) return [markdown]
  const pieces = cutUp(markdown, limit, measure, await loadFindSpans())
  return pieces.map(({ text }) => text).filter((text) => text !== '')
}

export function cutUp(markdown: string, limit: number, measure: Measure, findSpans: FindSpans): Piece[] {
  const source = sourceOf(markdown)
  const cutter = new Cutter(source, limit, measure, new InlineCuts(source, findSpans))
  const pieces: Piece[] = []
  let from: Cut = { offset: 0, line: 0, level: 'block', inline: false, open: [], raw: false }
  while (from.offset < markdown.length) {
    const { start, to } = cutter.next(from)
    pieces.push({ source: markdown.slice(from.offset, to.offset), text: render(source, start, to) })
    from = to
  }
  return pieces
}

/** How much of a chunk must be filled, at least, for a cut of each level to be taken, best level first. */
const wanted: readonly [Level, number][] = [
  ['heading', 0.7],
  ['block', 0.5],
  ['item', 0.45],
  ['nested', 0.4],
  ['line', 0.3],
  ['sentence', 0.2],
  ['word', 0],
  ['line', 0],
  ['nested', 0],
  ['item', 0],
  ['block', 0],
  ['heading', 0],
  ['orphan', 0],
  ['grapheme', 0],
]

/** The first cuts of a list, as many as leave a chunk that fits. */
interface Fitting {
  readonly cuts: readonly Cut[]
  /** What the chunk up to the last of them measures. */
  readonly measured: number
}

class Cutter {
  readonly #source: Source
  readonly #limit: number
  readonly #measure: Measure
  readonly #inline: InlineCuts
  /** What a character of this text measures, about. */
  #ratio = 1
  #passed = 0

  constructor(source: Source, limit: number, measure: Measure, inline: InlineCuts) {
    this.#source = source
    this.#limit = limit
    this.#measure = measure
    this.#inline = inline
  }

  /** Where the chunk that begins at `from` ends; `start` is `from`, or raw where its head leaves no room. */
  next(from: Cut): { start: Cut; to: Cut } {
    const bare = { ...from, raw: true }
    const to = this.#end(from)
    if (to !== undefined) return { start: from, to }
    return { start: bare, to: this.#end(bare) ?? this.#anywhere(bare) }
  }

  #end(from: Cut): Cut | undefined {
    const cuts = this.#cutsAfter(from)
    const fitting = this.#furthest(from, cuts)
    const last = fitting.cuts.at(-1)
    if (last !== undefined && last.offset === this.#source.markdown.length) return last
    const between = this.#choose(from, fitting, 0.1)
    if (between !== undefined) return between
    const beyond = cuts[fitting.cuts.length]
    if (beyond === undefined) return last
    const unit = { start: last?.offset ?? from.offset, end: beyond.offset, line: last?.line ?? from.line }
    if (last !== undefined && this.#staysWhole(last, beyond)) return this.#choose(from, fitting, 0)
    return this.#within(from, fitting, unit)
  }

  /** Cuts between lines after `from`, a few more than can fit. */
  #cutsAfter(from: Cut): Cut[] {
    const { cuts, lines } = this.#source
    while ((cuts[this.#passed]?.offset ?? Infinity) <= from.offset) this.#passed += 1
    // What is left of a table's row is shown without the table's head: no other row may follow it.
    const row = lines[from.line]?.block?.kind === 'table' && (from.inline || from.raw)
    const reach = row ? 0 : this.#reach
    let end = this.#passed
    while (end < cuts.length - 1 && (cuts[end]?.offset ?? Infinity) < from.offset + reach) end += 1
    return cuts.slice(this.#passed, end + 1)
  }

  /** Code lines, rows and headings that fit into a chunk of their own are not cut. */
  #staysWhole(last: Cut, beyond: Cut): boolean {
    return (
      this.#source.lines[last.line]?.block?.kind !== 'paragraph' &&
      this.#lengthOf(last, beyond) <= this.#limit
    )
  }

  #within(from: Cut, before: Fitting, unit: Unit): Cut | undefined {
    const words = this.#furthest(from, this.#inline.words(unit, this.#reach))
    const measured = words.cuts.length > 0 ? words.measured : before.measured
    const chosen = this.#choose(from, { cuts: [...before.cuts, ...words.cuts], measured }, 0)
    return chosen ?? this.#furthest(from, this.#inline.graphemes(unit, this.#reach)).cuts.at(-1)
  }

  /** The last resort, where even one character does not fit along with what has to be closed after it. */
  #anywhere(from: Cut): Cut {
    const line = this.#source.lines[from.line]
    const unit = { start: from.offset, end: line?.next ?? this.#source.markdown.length, line: from.line }
    const graphemes = this.#furthest(from, this.#inline.anywhere(unit, this.#reach, false)).cuts.at(-1)
    if (graphemes !== undefined) return graphemes
    const characters = this.#inline.anywhere(unit, this.#reach, true)
    return (
      this.#furthest(from, characters).cuts.at(-1) ??
      characters[0] ?? { ...from, offset: unit.end, line: from.line + 1 }
    )
  }

  /** The last cut of the best level that leaves the chunk full enough. `least`: levels wanted less full are left out. */
  #choose(from: Cut, { cuts, measured }: Fitting, least: number): Cut | undefined {
    const last = cuts.at(-1)
    if (last === undefined) return undefined
    const full = measured / this.#limit / (last.offset - from.offset)
    for (const [level, fill] of wanted) {
      if (fill < least) continue
      const cut = cuts.findLast((each) => each.level === level)
      if (cut !== undefined && (cut.offset - from.offset) * full >= fill && this.#fits(from, cut)) return cut
    }
    return undefined
  }

  /** Asks `measure` as seldom as it can: that may cost as much as rendering does. */
  #furthest(from: Cut, cuts: readonly Cut[]): Fitting {
    let low = -1
    let high = cuts.length
    let measured = 0
    for (let tries = 1; low + 1 < high && measured < this.#limit * 0.95; tries += 1) {
      const room = from.offset + this.#limit / this.#ratio
      const guess = tries > 4 ? Math.floor((low + high) / 2) : cuts.findLastIndex((cut) => cut.offset <= room)
      const probe = Math.min(Math.max(guess, low + 1), high - 1)
      const cut = cuts[probe]
      if (cut === undefined) break
      const length = this.#lengthOf(from, cut)
      if (length > this.#limit) high = probe
      else {
        low = probe
        measured = length
      }
    }
    return { cuts: cuts.slice(0, low + 1), measured }
  }

  #fits(from: Cut, to: Cut): boolean {
    return this.#lengthOf(from, to) <= this.#limit
  }

  #lengthOf(from: Cut, to: Cut): number {
    const length = this.#measure(render(this.#source, from, to))
    const characters = to.offset - from.offset
    if (length > 0 && characters > 0) this.#ratio = Math.min(Math.max(length / characters, 0.1), 16)
    return length
  }

  /** Characters that are worth looking at for one chunk. */
  get #reach(): number {
    return Math.ceil((2 * this.#limit) / this.#ratio) + 64
  }
}
