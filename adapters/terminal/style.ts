/** Styled text: runs of characters with a set of styles, turned into ANSI at the last moment. */

/** A set of styles, as bits, so that nested Markdown adds up. */
export type Style = number

export const plain = 0
export const bold = 1
export const italic = 2
export const underline = 4
export const strike = 8
export const dim = 16
export const code = 32
export const accent = 64
export const good = 128
export const bad = 256

/** In the order in which a terminal's colours should win: the last one set is the one seen. */
const sgr: readonly (readonly [Style, string])[] = [
  [bold, '1'],
  [dim, '2'],
  [italic, '3'],
  [underline, '4'],
  [strike, '9'],
  [accent, '34'],
  [code, '36'],
  [good, '32'],
  [bad, '31'],
]

export interface Run {
  readonly text: string
  readonly style: Style
}

/** Turns runs into what is written. Each run closes what it opens, so that a line can be cut anywhere. */
export type Paint = (runs: readonly Run[]) => string

export const paintAnsi: Paint = (runs) => {
  let painted = ''
  let text = ''
  let style = plain
  for (const next of runs) {
    if (next.style === style) text += next.text
    else {
      painted += ansi(text, style)
      text = next.text
      style = next.style
    }
  }
  return painted + ansi(text, style)
}

/** For NO_COLOR, files and pipes. */
export const paintPlain: Paint = (runs) => runs.map(({ text }) => text).join('')

export function run(text: string, style: Style = plain): Run {
  return { text, style }
}

function ansi(text: string, style: Style): string {
  if (style === plain || text === '') return text
  const codes = sgr.filter(([bit]) => (style & bit) !== 0).map(([, value]) => value)
  return `\u001B[${codes.join(';')}m${text}\u001B[0m`
}
