/** How many columns text takes in a terminal, and breaking it into lines by that. */
import type { Run } from './style.ts'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const narrow = /^[\u0020-\u02ff\u0370-\u0482\u2010-\u2027\u2500-\u259f]*$/
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u
const emoji = /^\p{Emoji_Presentation}|\uFE0F|^\p{Regional_Indicator}{2}/u

/** East Asian Wide and Fullwidth, first and last code point of each stretch (emoji are told apart by property). */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]

/** The user-perceived characters of a text. */
export function clusters(text: string): string[] {
  // Segmenting costs a microsecond a character, and most text needs none of it.
  return narrow.test(text) ? text.split('') : Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** Columns that a text without control characters takes; a tab counts as none, expand it before. */
export function width(text: string): number {
  if (narrow.test(text)) return text.length
  return clusters(text).reduce((sum, cluster) => sum + clusterWidth(cluster), 0)
}

export function clusterWidth(cluster: string): 0 | 1 | 2 {
  if (cluster.length === 1 && narrow.test(cluster)) return 1
  if (emoji.test(cluster)) return 2
  if (invisible.test(cluster)) return 0
  const point = cluster.codePointAt(0) ?? 0
  return wide.some(([first, last]) => point >= first && point <= last) ? 2 : 1
}

export function runsWidth(runs: readonly Run[]): number {
  return runs.reduce((sum, { text }) => sum + width(text), 0)
}

/** The longest beginning of a text that fits, with `…` where something was cut off. */
export function clip(text: string, columns: number): string {
  if (width(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const cluster of clusters(text)) {
    used += clusterWidth(cluster)
    if (used > columns) break
    kept += cluster
  }
  return columns < 1 ? '' : `${kept}…`
}

/** As {@link clip}, for styled text. */
export function clipRuns(runs: readonly Run[], columns: number): Run[] {
  if (runsWidth(runs) <= columns) return [...runs]
  let room = columns
  return runs.map(({ text, style }) => {
    const kept = clip(text, room)
    room = kept === text ? room - width(text) : 0
    return { text: kept, style }
  })
}

/** Breaks one logical line at spaces (between wide characters too) into lines of at most so many columns. */
export function wrap(runs: readonly Run[], columns: number): Run[][] {
  if (runsWidth(runs) <= columns) return [[...runs]]
  const wrapper = new Wrapper(Math.max(columns, 2))
  for (const { text, style } of runs) {
    for (const piece of text.match(/ +|[^ ]+/g) ?? []) wrapper.add(piece, style)
  }
  return wrapper.end()
}

class Wrapper {
  readonly #columns: number
  readonly #lines: Run[][] = []
  #line: Run[] = []
  #used = 0
  /** Spaces that are only written when a word follows on the same line. */
  #gap: Run | undefined
  #word: Run[] = []
  #wordWidth = 0

  constructor(columns: number) {
    this.#columns = columns
  }

  add(piece: string, style: number): void {
    if (piece.startsWith(' ')) {
      this.#placeWord()
      this.#gap = { text: (this.#gap?.text ?? '') + piece, style }
      return
    }
    if (narrow.test(piece)) {
      this.#extend(piece, style, piece.length)
      return
    }
    for (const cluster of clusters(piece)) {
      const columns = clusterWidth(cluster)
      this.#extend(cluster, style, columns)
      if (columns === 2) this.#placeWord()
    }
  }

  end(): Run[][] {
    this.#placeWord()
    this.#lines.push(this.#line)
    return this.#lines
  }

  #extend(text: string, style: number, columns: number): void {
    this.#word.push({ text, style })
    this.#wordWidth += columns
  }

  #placeWord(): void {
    if (this.#word.length === 0) return
    const gap = this.#gap?.text.length ?? 0
    if (this.#used > 0 && this.#used + gap + this.#wordWidth > this.#columns) this.#breakLine()
    else if (this.#gap !== undefined) {
      this.#line.push(this.#gap)
      this.#used += gap
    }
    this.#gap = undefined
    if (this.#used + this.#wordWidth > this.#columns) this.#hardBreak()
    else {
      this.#line.push(...this.#word)
      this.#used += this.#wordWidth
    }
    this.#word = []
    this.#wordWidth = 0
  }

  /** A word longer than a line: cut by character. */
  #hardBreak(): void {
    for (const { text, style } of this.#word) {
      let kept = ''
      for (const cluster of clusters(text)) {
        const columns = clusterWidth(cluster)
        if (this.#used + columns > this.#columns) {
          this.#line.push({ text: kept, style })
          this.#breakLine()
          kept = ''
        }
        kept += cluster
        this.#used += columns
      }
      this.#line.push({ text: kept, style })
    }
  }

  #breakLine(): void {
    this.#lines.push(this.#line)
    this.#line = []
    this.#used = 0
  }
}
