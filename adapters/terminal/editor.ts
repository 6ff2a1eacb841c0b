/** A line editor for several lines, as a pure function of its state and the key pressed. */
import type { Key } from 'node:readline'
import { clusters, clusterWidth, width } from './width.ts'

export interface Edited {
  readonly text: string
  /** Where the next character goes, in UTF-16 units. */
  readonly cursor: number
  /** What Ctrl-Y brings back. */
  readonly killed: string
  /** How far back in the history; 0 is what is being typed. */
  readonly back: number
  /** What was being typed before the history was looked at. */
  readonly drafted: string
}

export const empty: Edited = { text: '', cursor: 0, killed: '', back: 0, drafted: '' }

type Edit = (state: Edited, history: readonly string[]) => Edited

/** Keys as `ctrl+`, `meta+` and the key's name. */
const edits: Readonly<Record<string, Edit>> = {
  backspace: (state) => cut(state, state.cursor - before(state).length, state.cursor),
  'ctrl+h': (state) => cut(state, state.cursor - before(state).length, state.cursor),
  delete: (state) => cut(state, state.cursor, state.cursor + after(state).length),
  'ctrl+d': (state) => cut(state, state.cursor, state.cursor + after(state).length),
  left: (state) => move(state, state.cursor - before(state).length),
  'ctrl+b': (state) => move(state, state.cursor - before(state).length),
  right: (state) => move(state, state.cursor + after(state).length),
  'ctrl+f': (state) => move(state, state.cursor + after(state).length),
  home: (state) => move(state, lineStart(state)),
  'ctrl+a': (state) => move(state, lineStart(state)),
  end: (state) => move(state, lineEnd(state)),
  'ctrl+e': (state) => move(state, lineEnd(state)),
  'ctrl+left': (state) => move(state, wordStart(state)),
  'meta+left': (state) => move(state, wordStart(state)),
  'meta+b': (state) => move(state, wordStart(state)),
  'ctrl+right': (state) => move(state, wordEnd(state)),
  'meta+right': (state) => move(state, wordEnd(state)),
  'meta+f': (state) => move(state, wordEnd(state)),
  'ctrl+w': (state) => kill(state, wordStart(state), state.cursor),
  'meta+backspace': (state) => kill(state, wordStart(state), state.cursor),
  'meta+d': (state) => kill(state, state.cursor, wordEnd(state)),
  'ctrl+u': (state) => kill(state, lineStart(state), state.cursor),
  'ctrl+k': (state) => kill(state, state.cursor, lineEnd(state)),
  'ctrl+y': (state) => insert(state, state.killed),
  up: (state, history) => upwards(state, history),
  'ctrl+p': (state, history) => upwards(state, history),
  down: (state, history) => downwards(state, history),
  'ctrl+n': (state, history) => downwards(state, history),
}

/** The state after a key; the same state when the key means nothing here. */
export function edit(state: Edited, key: Key, history: readonly string[]): Edited {
  const name = `${key.ctrl === true ? 'ctrl+' : ''}${key.meta === true ? 'meta+' : ''}${key.name ?? ''}`
  const known = edits[name]
  if (known !== undefined) return known(state, history)
  const text = key.sequence ?? ''
  return key.ctrl === true || key.meta === true || !isPrintable(text) ? state : insert(state, text)
}

export function insert(state: Edited, text: string): Edited {
  const next = state.text.slice(0, state.cursor) + text + state.text.slice(state.cursor)
  return { ...state, text: next, cursor: state.cursor + text.length }
}

/** Puts another text in place of what is there. */
export function replace(state: Edited, text: string): Edited {
  return { ...state, text, cursor: text.length }
}

/** What ends in a backslash goes on in the next line. */
export function continues({ text, cursor }: Edited): boolean {
  return cursor === text.length && /(?:^|[^\\])(?:\\\\)*\\$/.test(text)
}

export interface Layout {
  readonly rows: readonly string[]
  readonly row: number
  readonly column: number
}

/** Breaks the text into rows of at most so many columns and says where the cursor stands. */
export function layOut({ text, cursor }: Edited, columns: number): Layout {
  const rows = ['']
  let used = 0
  let at = 0
  let place = { row: 0, column: 0 }
  for (const cluster of [...clusters(text), '']) {
    const shown = cluster === '\t' ? '    ' : cluster
    const size = cluster === '\t' ? 4 : clusterWidth(cluster)
    if (cluster !== '\n' && cluster !== '' && used + size > columns) {
      rows.push('')
      used = 0
    }
    if (at <= cursor) place = { row: rows.length - 1, column: used }
    at += cluster.length
    if (cluster === '\n') rows.push('')
    else rows[rows.length - 1] += shown
    used = cluster === '\n' ? 0 : used + (cluster === '' ? 0 : size)
  }
  return { rows, ...place }
}

function isPrintable(text: string): boolean {
  return text !== '' && !/[\p{Cc}]/u.test(text)
}

function before({ text, cursor }: Edited): string {
  return clusters(text.slice(0, cursor)).at(-1) ?? ''
}

function after({ text, cursor }: Edited): string {
  return clusters(text.slice(cursor))[0] ?? ''
}

function lineStart({ text, cursor }: Edited): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1
}

function lineEnd({ text, cursor }: Edited): number {
  const end = text.indexOf('\n', cursor)
  return end === -1 ? text.length : end
}

function wordStart({ text, cursor }: Edited): number {
  return text.slice(0, cursor).replace(/\S*\s*$/, '').length
}

function wordEnd({ text, cursor }: Edited): number {
  return cursor + (/^\s*\S*/.exec(text.slice(cursor))?.[0].length ?? 0)
}

function move(state: Edited, cursor: number): Edited {
  return { ...state, cursor }
}

function cut(state: Edited, from: number, to: number): Edited {
  return { ...state, text: state.text.slice(0, from) + state.text.slice(to), cursor: from }
}

function kill(state: Edited, from: number, to: number): Edited {
  return { ...cut(state, from, to), killed: state.text.slice(from, to) }
}

/** To the line above; in the first line, to what was typed before. */
function upwards(state: Edited, history: readonly string[]): Edited {
  const start = lineStart(state)
  if (start > 0) {
    const above = lineStart(move(state, start - 1))
    return move(state, beneath(state, above, start - 1))
  }
  return recall(state, history, state.back + 1)
}

/** The edge of a character in the line from `start` to `end` that stands nearest before the cursor's column. */
function beneath(state: Edited, start: number, end: number): number {
  let columns = width(state.text.slice(lineStart(state), state.cursor))
  let at = start
  for (const cluster of clusters(state.text.slice(start, end))) {
    columns -= clusterWidth(cluster)
    if (columns < 0) break
    at += cluster.length
  }
  return at
}

function downwards(state: Edited, history: readonly string[]): Edited {
  const end = lineEnd(state)
  if (end < state.text.length) {
    const below = lineEnd(move(state, end + 1))
    return move(state, beneath(state, end + 1, below))
  }
  return recall(state, history, state.back - 1)
}

function recall(state: Edited, history: readonly string[], back: number): Edited {
  if (back < 0 || back > history.length) return state
  const drafted = state.back === 0 ? state.text : state.drafted
  const text = back === 0 ? drafted : (history.at(-back) ?? '')
  return { ...replace(state, text), back, drafted }
}
