/** What begins a block, by CommonMark and GFM: patterns over one line, its containers and indentation taken off. Pure. */

/** A fenced code block's opening line. */
export interface Fence {
  /** The run of backticks or tildes. */
  readonly marker: string
  /** What follows it, as written: language and more. */
  readonly info: string
  /** Columns before it: code lines lose as many. */
  readonly indent: number
}

export interface ListMarker {
  /** `-`, `*`, `+`, or a number with `.` or `)`. */
  readonly marker: string
  /** True where it may end a paragraph: bullets and the number 1. */
  readonly interrupts: boolean
}

const fencePattern = /^(?:(`{3,})([^`]*)|(~{3,})(.*))$/
const listPattern = /^([-+*]|(\d{1,9})[.)])(?=[ \t]|$)/
const rulePattern = /^([-_*])[ \t]*(?:\1[ \t]*){2,}$/
const headingPattern = /^#{1,6}(?=[ \t]|$)/
const underlinePattern = /^(?:=+|-+)[ \t]*$/
const delimiterPattern = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/

const blockTags =
  'address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul'
const attribute = `[ \\t]+[A-Za-z_:][\\w.:-]*(?:[ \\t]*=[ \\t]*(?:[^ \\t"'=<>\`]+|'[^']*'|"[^"]*"))?`
const blankLine = /^[ \t]*$/

/** Start and end of each kind of HTML block, in CommonMark's order. */
const htmlKinds: readonly { start: RegExp; end: RegExp; interrupts: boolean }[] = [
  {
    start: /^<(?:script|pre|style|textarea)(?=[ \t>]|$)/i,
    end: /<\/(?:script|pre|style|textarea)>/i,
    interrupts: true,
  },
  { start: /^<!--/, end: /-->/, interrupts: true },
  { start: /^<\?/, end: /\?>/, interrupts: true },
  { start: /^<![A-Za-z]/, end: />/, interrupts: true },
  { start: /^<!\[CDATA\[/, end: /\]\]>/, interrupts: true },
  { start: new RegExp(`^</?(?:${blockTags})(?=[ \\t>]|/>|$)`, 'i'), end: blankLine, interrupts: true },
  {
    start: new RegExp(
      `^(?:<[A-Za-z][A-Za-z0-9-]*(?:${attribute})*[ \\t]*/?>|</[A-Za-z][A-Za-z0-9-]*[ \\t]*>)[ \\t]*$`,
    ),
    end: blankLine,
    interrupts: false,
  },
]

export function fenceOf(text: string, indent: number): Fence | undefined {
  const found = fencePattern.exec(text)
  const marker = found?.[1] ?? found?.[3]
  return marker === undefined ? undefined : { marker, info: found?.[2] ?? found?.[4] ?? '', indent }
}

export function closesFence(text: string, fence: Fence): boolean {
  const run = text.trimEnd()
  return run.length >= fence.marker.length && run === fence.marker.charAt(0).repeat(run.length)
}

export function listMarkerOf(text: string): ListMarker | undefined {
  const found = listPattern.exec(text)
  const marker = found?.[1]
  if (marker === undefined) return undefined
  const blank = blankLine.test(text.slice(marker.length))
  const number = found?.[2]
  return { marker, interrupts: !blank && (number === undefined || Number(number) === 1) }
}

/** The pattern that ends the HTML block which this line begins. */
export function htmlEndOf(text: string, interrupting: boolean): RegExp | undefined {
  if (!text.startsWith('<')) return undefined
  return htmlKinds.find((kind) => kind.start.test(text) && (kind.interrupts || !interrupting))?.end
}

/** An HTML block of this kind ends before the line that matches, not with it. */
export function endsBefore(end: RegExp): boolean {
  return end === blankLine
}

export function isRule(text: string): boolean {
  return rulePattern.test(text)
}

export function isHeading(text: string): boolean {
  return headingPattern.test(text)
}

export function isUnderline(text: string): boolean {
  return underlinePattern.test(text)
}

/** True when the two lines are the head of a GFM table. */
export function isTableHead(header: string, delimiter: string): boolean {
  if (!delimiterPattern.test(delimiter) || !/[|:]/.test(delimiter)) return false
  return cells(header) === cells(delimiter)
}

function cells(row: string): number {
  const inner = row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.replaceAll(/\\./g, '').split('|').length
}
