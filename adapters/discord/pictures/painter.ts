/** Draws tables. What it draws with is loaded for the first of them: most bots never need it. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type * as Renderer from '@resvg/resvg-wasm'
import { type Table, tableIn, width } from '../table.ts'
import { drawingOf, family } from './drawing.ts'
import { Characters } from './font.ts'

/** Columns of text that a code block shows on a phone without breaking its lines. */
const widestAsCode = 44
/** Between the columns of {@link tableAsCode}. */
const gap = 2

interface Tools {
  readonly resvg: typeof Renderer
  readonly font: Buffer
  readonly characters: Characters
}

/** Of this process: the renderer takes its program once. */
let loading: Promise<Tools> | undefined

/** A PNG; undefined: it reads well as text, or cannot be drawn. Rejects when the renderer cannot be loaded. */
export async function painted(lines: readonly string[]): Promise<Buffer | undefined> {
  const table = tableIn(lines)
  if (!isWide(table)) return undefined
  const drawing = drawingOf(table)
  if (drawing === undefined) return undefined
  loading ??= load()
  const { resvg, font, characters } = await loading
  if (!table.rows.every((row) => row.every((cell) => characters.has(cell)))) return undefined
  const renderer = new resvg.Resvg(drawing.svg, {
    font: { fontBuffers: [font], defaultFontFamily: family },
  })
  try {
    const image = renderer.render()
    const png = Buffer.from(image.asPng())
    image.free()
    return png
  } finally {
    renderer.free()
  }
}

function isWide({ sides, rows }: Table): boolean {
  const widths = sides.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, width(row[column] ?? '')), 3),
  )
  return widths.reduce((sum, each) => sum + each + gap, -gap) > widestAsCode
}

async function load(): Promise<Tools> {
  const [resvg, program, font] = await Promise.all([
    import('@resvg/resvg-wasm'),
    fileOf(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm')),
    fileOf(import.meta.resolve('@expo-google-fonts/noto-sans-mono/400Regular/NotoSansMono_400Regular.ttf')),
  ])
  await resvg.initWasm(program)
  return { resvg, font, characters: new Characters(font) }
}

function fileOf(url: string): Promise<Buffer> {
  return readFile(fileURLToPath(url))
}
