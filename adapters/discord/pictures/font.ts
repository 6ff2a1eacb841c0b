/** The font that tables are drawn in, and what it has a picture of. */

/** Of a TrueType font: which characters it has. Read once; the file is our own. */
export class Characters {
  readonly #ranges: readonly (readonly [first: number, last: number])[]

  constructor(font: Buffer) {
    this.#ranges = rangesOf(font)
  }

  /** Has it all of them? What cannot be seen (controls, marks of direction) it never has. */
  has(text: string): boolean {
    if (/[\p{C}\p{Zl}\p{Zp}]/u.test(text)) return false
    return Array.from(new Set(text)).every((character) => this.#hasOne(character.codePointAt(0) ?? 0))
  }

  #hasOne(code: number): boolean {
    let [low, high] = [0, this.#ranges.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const [first = 0, last = 0] = this.#ranges[middle] ?? []
      if (code < first) high = middle - 1
      else if (code > last) low = middle + 1
      else return true
    }
    return false
  }
}

const unicodeOfWindows = { platform: 3, encoding: 10, format: 12 }

/** By the table `cmap`, https://learn.microsoft.com/typography/opentype/spec/cmap: its groups stand in order. */
function rangesOf(font: Buffer): [number, number][] {
  const start = tableOf(font, 'cmap')
  const count = font.readUInt16BE(start + 2)
  for (let index = 0; index < count; index += 1) {
    const record = start + 4 + index * 8
    const table = start + font.readUInt32BE(record + 4)
    const { platform, encoding, format } = unicodeOfWindows
    if (font.readUInt16BE(record) !== platform || font.readUInt16BE(record + 2) !== encoding) continue
    if (font.readUInt16BE(table) !== format) continue
    return Array.from({ length: font.readUInt32BE(table + 12) }, (_, group) => {
      const at = table + 16 + group * 12
      return [font.readUInt32BE(at), font.readUInt32BE(at + 4)]
    })
  }
  throw new Error('the font does not say which characters it has')
}

function tableOf(font: Buffer, name: string): number {
  const count = font.readUInt16BE(4)
  for (let index = 0; index < count; index += 1) {
    const record = 12 + index * 16
    if (font.toString('latin1', record, record + 4) === name) return font.readUInt32BE(record + 8)
  }
  throw new Error(`the font has no table ${name}`)
}
