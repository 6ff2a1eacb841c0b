/** Markdown within one block: emphasis, code, links. Made for reading in a terminal, linear in the text's length. */
import { harmless } from './harmless.ts'
import { bold, code, dim, italic, run, strike, underline, type Run, type Style } from './style.ts'

interface Piece {
  text: string
  style: Style
  /** Set while this is a run of `*`, `_` or `~` that may still open or close emphasis. */
  mark?: { readonly open: boolean; readonly close: boolean }
}

const special = /[\\`*_~[!<&]/g
const escapable = /^[!-/:-@[-`{-~]/
// Label lengths are bounded, so that a text of nothing but brackets costs no more than its length.
const link =
  /(!?)\[((?:[^[\]\\]|\\.|\[[^[\]]{0,200}\]){0,1000})\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+(?:"[^"]{0,500}"|'[^']{0,500}'))?\s*\)/y
const autolink = /<((?:https?:\/\/|mailto:)[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>/y
const entity =
  /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos|nbsp|copy|hellip|mdash|ndash|rarr));/y
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  copy: '©',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  rarr: '→',
}

/** Parses the text of a block. `base` is the style around it; `marks` keeps the backquotes where there is no colour. */
export function inline(text: string, base: Style, marks: boolean): Run[] {
  const pieces: Piece[] = []
  const fences = codeSpans(text)
  let at = 0
  while (at < text.length) {
    special.lastIndex = at
    const found = special.exec(text)?.index ?? text.length
    if (found > at) pieces.push({ text: text.slice(at, found), style: base })
    at = found < text.length ? found + take(text, found, base, marks, fences, pieces) : found
  }
  emphasise(pieces)
  return pieces.map(({ text: shown, style }) => run(shown, style))
}

/** Takes the construct that begins at `at`; returns how many characters of the source it was. */
function take(
  text: string,
  at: number,
  base: Style,
  marks: boolean,
  fences: ReadonlyMap<number, number>,
  pieces: Piece[],
): number {
  const literal = (shown: string, length: number): number => {
    pieces.push({ text: shown, style: base })
    return length
  }
  const character = text.charAt(at)
  switch (character) {
    case '\\':
      return escapable.test(text.charAt(at + 1)) ? literal(text.charAt(at + 1), 2) : literal('\\', 1)
    case '`':
      return takeCode(text, at, base, marks, fences, pieces)
    case '*':
    case '_':
    case '~':
      return takeMark(text, at, base, pieces)
    case '&': {
      const decoded = decode(text, at)
      return decoded === undefined ? literal('&', 1) : literal(decoded.text, decoded.length)
    }
    case '<':
      return takeAutolink(text, at, base, pieces) ?? literal('<', 1)
    default:
      return takeLink(text, at, base, marks, pieces) ?? literal(character, 1)
  }
}

/** Where each code span's opening backquotes find their match: opening index -> closing index. */
function codeSpans(text: string): ReadonlyMap<number, number> {
  const spans = new Map<number, number>()
  const runs = Array.from(text.matchAll(/`+/g), (match) => ({ at: match.index, length: match[0].length }))
  const last = new Map<number, number>()
  // Backwards, so that the nearest later run of the same length is known without a search.
  for (const { at, length } of runs.toReversed()) {
    const close = last.get(length)
    if (close !== undefined) spans.set(at, close)
    last.set(length, at)
  }
  return spans
}

function takeCode(
  text: string,
  at: number,
  base: Style,
  marks: boolean,
  fences: ReadonlyMap<number, number>,
  pieces: Piece[],
): number {
  const length = runLength(text, at)
  const close = fences.get(at)
  if (close === undefined) {
    pieces.push({ text: '`'.repeat(length), style: base })
    return length
  }
  const inner = text.slice(at + length, close)
  const trimmed = /^ .*\S.* $/.test(inner) ? inner.slice(1, -1) : inner
  pieces.push({ text: marks ? `\`${trimmed}\`` : trimmed, style: base | code })
  return close + length - at
}

function takeMark(text: string, at: number, base: Style, pieces: Piece[]): number {
  const length = runLength(text, at)
  const before = text.charAt(at - 1)
  const after = text.charAt(at + length)
  const left = after !== '' && !/\s/.test(after)
  const right = before !== '' && !/\s/.test(before)
  // snake_case_names are no emphasis.
  const inWord = text.charAt(at) === '_' && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after)
  const usable = !inWord && (text.charAt(at) !== '~' || length === 2)
  const mark = usable ? { mark: { open: left, close: right } } : {}
  pieces.push({ text: text.slice(at, at + length), style: base, ...mark })
  return length
}

function decode(text: string, at: number): { text: string; length: number } | undefined {
  entity.lastIndex = at
  const match = entity.exec(text)
  if (match === null) return undefined
  const point = match[1] === undefined ? Number.parseInt(match[2] ?? '', 16) : Number(match[1])
  const valid = point > 0 && point <= 0x10ffff
  const decoded = named[match[3] ?? ''] ?? (valid ? String.fromCodePoint(point) : '\ufffd')
  // &#27; is an escape character: decoding comes after the first washing, so wash again.
  return { text: harmless(decoded).replaceAll(/\s/g, ' '), length: match[0].length }
}

function takeAutolink(text: string, at: number, base: Style, pieces: Piece[]): number | undefined {
  autolink.lastIndex = at
  const match = autolink.exec(text)
  if (match === null) return undefined
  pieces.push({ text: match[1] ?? '', style: base | underline })
  return match[0].length
}

function takeLink(
  text: string,
  at: number,
  base: Style,
  marks: boolean,
  pieces: Piece[],
): number | undefined {
  link.lastIndex = at
  const match = link.exec(text)
  if (match === null) return undefined
  const [source, , label = '', url = ''] = match
  // The address is always in sight: a label that says one thing and links to another deceives nobody.
  const same = label === url || `mailto:${label}` === url
  const shown = inline(label, base | underline, marks)
  pieces.push(...shown.map((part) => ({ text: part.text, style: part.style })))
  if (!same && url !== '') pieces.push({ text: ` (${url})`, style: base | dim })
  return source.length
}

/** Pairs the marks, as CommonMark does with its delimiter stack, and styles what stands between them. */
function emphasise(pieces: Piece[]): void {
  const open: number[] = []
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index]
    if (piece?.mark === undefined) continue
    if (piece.mark.close) closeMarks(pieces, open, index)
    if (piece.mark.open && piece.text !== '') open.push(index)
    // Marks far back are left as they are: pairing stays linear for a text of nothing but stars.
    if (open.length > 50) open.shift()
  }
}

function closeMarks(pieces: Piece[], open: number[], index: number): void {
  const closer = pieces[index]
  if (closer === undefined) return
  while (closer.text !== '') {
    const at = open.findLastIndex((candidate) => pieces[candidate]?.text.charAt(0) === closer.text.charAt(0))
    const from = open[at]
    const opener = from === undefined ? undefined : pieces[from]
    if (from === undefined || opener === undefined) return
    const length = Math.min(opener.text.length, closer.text.length, 2)
    const style = closer.text.startsWith('~') ? strike : length === 2 ? bold : italic
    for (const inner of pieces.slice(from + 1, index)) inner.style |= style
    opener.text = opener.text.slice(length)
    closer.text = closer.text.slice(length)
    open.length = opener.text === '' ? at : at + 1
  }
}

function runLength(text: string, at: number): number {
  let end = at + 1
  while (text.charAt(end) === text.charAt(at)) end++
  return end - at
}
