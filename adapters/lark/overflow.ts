/** Where a text that grows goes on in a next card. Pure. At its end the core cuts it anew, with more care. */
import { measure, measureText, streamText } from './render.ts'
import { fenceAfter } from './text.ts'

/** What the end of a code block takes. */
const closing = 100
/** A card is at least so full, where a better place to cut is further up. */
const leastFull = 0.5

export interface Cut {
  /** What the card shows, whole. */
  readonly page: string
  /** What the next card begins with besides `rest`: a code block that goes on is opened again. */
  readonly opening: string
  /** What is not shown yet. */
  readonly rest: string
}

/** While it grows, where tables stand as they were written, and when the card is full. */
function size(text: string): number {
  return Math.max(measure(text), measureText(streamText(text)))
}

/** `most`: by `measure`. Undefined: all of it has room. */
export function overflow(text: string, most: number): Cut | undefined {
  if (size(text) <= most) return undefined
  // A character takes a byte at least: what is behind those has no room in any case.
  const lines = text.slice(0, most + 1).split('\n')
  if (text.length > most) lines.pop()
  const fitting = last(lines.length, (count) => size(lines.slice(0, count).join('\n')) <= most - closing)
  if (fitting === 0) return withinLine(text, most)
  const opened = fencesOf(lines.slice(0, fitting))
  // Between paragraphs rather than in them, and not in code or a table where there is a choice.
  const between = opened.findLastIndex((fence, index) => fence === undefined && lines[index]?.trim() === '')
  const count = between + 1 > fitting * leastFull ? between + 1 : fitting
  const fence = opened[count - 1]
  const shown = lines.slice(0, count).join('\n')
  return {
    page: fence === undefined ? shown : `${shown}\n${fence.marks}`,
    opening: fence === undefined ? '' : `${fence.line}\n`,
    rest: text.slice(shown.length + 1),
  }
}

interface Fence {
  readonly marks: string
  /** With its language. */
  readonly line: string
}

/** By line: the fence that is open after it. */
function fencesOf(lines: readonly string[]): (Fence | undefined)[] {
  let open: Fence | undefined
  return lines.map((line) => {
    const marks = fenceAfter(line, open?.marks)
    if (marks === undefined) open = undefined
    else open ??= { marks, line }
    return open
  })
}

/** A line that is longer than a card. */
function withinLine(text: string, most: number): Cut {
  const fitting = last(Math.min(text.length, most), (count) => size(text.slice(0, count)) <= most)
  const space = text.lastIndexOf(' ', fitting - 1)
  const at = space > fitting * leastFull ? space + 1 : fitting
  const whole = /[\uD800-\uDBFF]/.test(text[at - 1] ?? '') ? at - 1 : at
  return { page: text.slice(0, whole), opening: '', rest: text.slice(whole) }
}

/** The highest number up to `most` for which it holds, as it does for all below. */
function last(most: number, holds: (count: number) => boolean): number {
  let low = 0
  let high = most
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (holds(middle)) low = middle
    else high = middle - 1
  }
  return low
}
