/** Cuts within a paragraph or a line that is too long for a chunk: sentences, words, graphemes. */
import type { Cut, Level, Source } from './cuts.ts'
import { type FindSpans, type Span, plainSpan } from './inline.ts'
import type { Block, Line } from './scan.ts'

/** A stretch that no cut between lines divides. */
export interface Unit {
  readonly start: number
  readonly end: number
  /** Index of the line that `start` is in. */
  readonly line: number
}

/** A {@link Span} within one line, in offsets of the whole text. */
interface LineSpan extends Span {
  readonly line: number
}

/** What a paragraph must not begin with, lest it become something else, or an invisible definition. */
const beginsBlock =
  /^(?:#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|`{3}|~{3}|<|\||[-=:]+\s*$|[-*_](?:\s*[-*_]){2}|\[[^\]]*\]:|\s)/
const cjk = '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}]'
const gap = new RegExp(
  `\\s+|(?<=[、。，！？；：])(?![、。，！？；：）」』”’\\s])|(?<=${cjk})(?=${cjk})`,
  'gu',
)
const sentenceEnd = /[.!?…。！？]["'”’)\]）」』*_]*$/
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export class InlineCuts {
  readonly #source: Source
  readonly #findSpans: FindSpans
  readonly #spans = new Map<Block | number, readonly LineSpan[]>()

  constructor(source: Source, findSpans: FindSpans) {
    this.#source = source
    this.#findSpans = findSpans
  }

  /** Ends of sentences and words in the first `reach` characters of a unit, in order. */
  words(unit: Unit, reach: number): Cut[] {
    const cuts: Cut[] = []
    for (const { span, start, end } of this.#within(unit, reach)) {
      const text = this.#source.markdown.slice(start, end)
      for (const found of text.matchAll(gap)) {
        const before = text.slice(Math.max(0, found.index - 4), found.index)
        const sentence = /[\r\n]/.test(found[0]) || sentenceEnd.test(before)
        this.#add(cuts, unit, span, start + found.index + found[0].length, sentence ? 'sentence' : 'word')
      }
    }
    return cuts
  }

  /** Every place between two graphemes in the first `reach` characters of a unit, in order. */
  graphemes(unit: Unit, reach: number): Cut[] {
    const cuts: Cut[] = []
    for (const { span, start, end } of this.#within(unit, reach)) {
      for (const { index } of graphemes.segment(this.#source.markdown.slice(start, end))) {
        this.#add(cuts, unit, span, start + index, 'grapheme')
      }
      this.#add(cuts, unit, span, end, 'grapheme')
    }
    return cuts
  }

  /** The same with no regard to Markdown; `pieces`: with none to what belongs together on the screen either. */
  anywhere(unit: Unit, reach: number, pieces: boolean): Cut[] {
    const { markdown } = this.#source
    const cuts: Cut[] = []
    const end = Math.min(unit.end, unit.start + reach)
    const text = markdown.slice(unit.start, end)
    const parts = pieces ? Array.from(text) : Array.from(graphemes.segment(text), ({ segment }) => segment)
    let offset = unit.start
    for (const part of parts) {
      offset += part.length
      const line = this.#lineOf(offset, unit.line)
      if (offset < unit.end) cuts.push({ offset, line, level: 'grapheme', inline: true, open: [], raw: true })
    }
    return cuts
  }

  #within(unit: Unit, reach: number): { span: LineSpan; start: number; end: number }[] {
    const last = Math.min(unit.end, unit.start + reach)
    const spans = this.#of(unit.line)
    const found: { span: LineSpan; start: number; end: number }[] = []
    for (let index = firstReaching(spans, unit.start); index < spans.length; index += 1) {
      const span = spans[index]
      if (span === undefined || span.start > last) break
      found.push({ span, start: Math.max(span.start, unit.start), end: Math.min(span.end, last) })
    }
    return found
  }

  /** The spans of the block that a line is in: parsed once. */
  #of(index: number): readonly LineSpan[] {
    const block = this.#source.lines[index]?.block
    const proses = block?.kind === 'paragraph' || block?.kind === 'heading'
    const key = proses ? block : index
    const known = this.#spans.get(key)
    if (known !== undefined) return known
    const spans = proses ? this.#prose(block) : this.#plain(index)
    this.#spans.set(key, spans)
    return spans
  }

  #plain(index: number): LineSpan[] {
    const line = this.#source.lines[index]
    return line === undefined ? [] : [{ ...plainSpan(line.content, line.next), line: index }]
  }

  #prose(block: Block): LineSpan[] {
    const { lines, markdown } = this.#source
    const own: { index: number; line: Line; at: number }[] = []
    let text = ''
    for (let index = block.first; ; index += 1) {
      const line = lines[index]
      if (line === undefined || line.block !== block) break
      own.push({ index, line, at: text.length })
      text += markdown.slice(line.content, line.next)
    }
    const spans = this.#findSpans(text)
    return byLine(spans, own)
  }

  #add(cuts: Cut[], unit: Unit, span: LineSpan, offset: number, level: Level): void {
    const { lines, markdown } = this.#source
    if (offset <= unit.start || offset >= unit.end || offset === cuts.at(-1)?.offset) return
    if ((offset === span.start && !span.atStart) || (offset === span.end && !span.atEnd)) return
    const line = this.#lineOf(offset, span.line)
    const ahead = lines[line]
    const next = markdown.slice(Math.max(offset, ahead?.content ?? 0), ahead?.end)
    const fenced = ahead?.block?.kind === 'fence'
    if (!fenced && span.open.length === 0 && beginsBlock.test(next.slice(0, 80))) return
    cuts.push({ offset, line, level, inline: true, open: span.open, raw: false })
  }

  #lineOf(offset: number, from: number): number {
    let line = from
    while (offset >= (this.#source.lines[line]?.next ?? Infinity)) line += 1
    return line
  }
}

/** Cuts spans, given in offsets of a paragraph's text, at its lines, which have prefixes of their containers. */
function byLine(
  spans: readonly Span[],
  own: readonly { index: number; line: Line; at: number }[],
): LineSpan[] {
  const result: LineSpan[] = []
  let row = 0
  for (const span of spans) {
    while (row + 1 < own.length && span.start >= (own[row + 1]?.at ?? Infinity)) row += 1
    for (let r = row; r < own.length; r += 1) {
      const here = own[r]
      if (here === undefined || here.at > span.end || (here.at === span.end && r > row)) break
      const { content, next } = here.line
      const shift = content - here.at
      const start = Math.max(content, span.start + shift)
      const end = Math.min(next, span.end + shift)
      const atStart = r > row || span.atStart
      const atEnd = end < span.end + shift || span.atEnd
      result.push({ ...span, start, end, atStart, atEnd, line: here.index })
    }
  }
  return result
}

/** Index of the first span that does not end before an offset. */
function firstReaching(spans: readonly LineSpan[], offset: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((spans[middle]?.end ?? Infinity) < offset) low = middle + 1
    else high = middle
  }
  return low
}
