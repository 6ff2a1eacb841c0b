/** What the live region of a chat shows. Pure. */
import type { PromptReply } from '../../src/contract.ts'
import type { KeyedChoice } from './choices.ts'
import { type Edited, layOut } from './editor.ts'
import { harmlessLine } from './harmless.ts'
import { choiceLines, elapsed } from './outbound.ts'
import type { Look } from './render.ts'
import { accent, bold, dim, run } from './style.ts'
import { clip, width } from './width.ts'
import type { Live } from './screen.ts'
import type { Words } from './words.ts'

export interface ChatView {
  readonly turn: { readonly text: readonly string[]; readonly tools: readonly string[] }
  /** Absent: nothing is under way. */
  readonly busy: { readonly words: string; readonly ms: number } | undefined
  /** What was typed meanwhile and waits its turn. */
  readonly waiting: readonly string[]
  /** Whether some of it could go into the running turn. */
  readonly steerable: boolean
  readonly prompt: PromptReply | undefined
  /** The choice that own words are being typed for. */
  readonly wording: KeyedChoice | undefined
  readonly edited: Edited
  readonly hint: string | undefined
  readonly words: Words
  /** Whether the page's last section stands apart from what is live: from more of the turn's text, from all else. */
  readonly apart: { readonly text: boolean; readonly other: boolean }
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
/** Milliseconds that one frame stands. */
export const frameMs = 100

export function compose(view: ChatView, look: Look, rows: number): Live {
  const input = inputRows(view, look, Math.max(3, Math.floor(rows / 3)))
  const below = [
    ...view.waiting.map((text) =>
      look.paint([
        run(clip(`❯ ${harmlessLine(text)}`, look.columns - 10), dim),
        run(`  ${view.words.waits}`, dim),
      ]),
    ),
    ...(view.steerable ? [look.paint([run(clip(view.words.midTurn, look.columns), dim)])] : []),
    ...spaced(promptRows(view, look)),
    ...spaced(input.lines),
  ]
  const status = spaced(statusRows(view, look))
  const room = Math.max(rows - below.length - status.length - 2, 1)
  const { text, tools } = view.turn
  const above = tail([...text, ...(text.length === 0 ? tools : spaced(tools))], room)
  const body = [...above, ...status, ...below]
  // The page's last line keeps its distance: the region's first row may be that distance.
  const start = body.findIndex((line) => line !== '')
  const apart = text.length > 0 ? view.apart.text : view.apart.other
  const lines = [...(apart ? [''] : []), ...body.slice(text.length > 0 && !apart ? 0 : start)]
  const first = lines.length - input.lines.length
  return { lines, cursor: { row: first + input.row, column: input.column } }
}

function statusRows({ busy }: ChatView, look: Look): string[] {
  if (busy === undefined) return []
  const frame = look.colour ? (frames[Math.floor(busy.ms / frameMs) % frames.length] ?? '') : '·'
  const time = elapsed(Math.floor(busy.ms / 100) * 100)
  const words = clip(`${busy.words} ${time}`, look.columns - 4)
  return [look.paint([run(frame, accent), run(` ${words}`, dim)])]
}

function promptRows({ prompt, wording, edited, words }: ChatView, look: Look): string[] {
  if (prompt === undefined || wording !== undefined) return []
  // Keys choose only while nothing is typed: nobody allows a command by a letter of a sentence.
  if (edited.text === '') return choiceLines(prompt.choices, look)
  const hint = prompt.ownText === true ? words.ownAnswer : words.emptyToChoose
  return [look.paint([run(clip(hint, look.columns), dim)])]
}

function inputRows(
  { wording, edited, hint }: ChatView,
  look: Look,
  most: number,
): { lines: string[]; row: number; column: number } {
  const label = wording === undefined ? '❯ ' : `${clip(harmlessLine(wording.choice.label), 30)} ❯ `
  const indent = width(label)
  const layout = layOut(edited, look.columns - indent)
  // Of a text taller than its share, the rows around the cursor.
  const from = Math.max(0, Math.min(layout.row - most + 1, layout.rows.length - most))
  const lines = layout.rows.slice(from, from + most).map((row, index) => {
    const before = from + index === 0 ? run(label, accent | bold) : run(' '.repeat(indent))
    return look.paint([before, run(row)])
  })
  if (hint !== undefined) lines.push(look.paint([run(clip(hint, look.columns), dim)]))
  return { lines, row: layout.row - from, column: indent + layout.column }
}

/** With an empty line before, if there is anything. */
function spaced(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? lines : ['', ...lines]
}

function tail(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most ? lines : lines.slice(-most)
}
