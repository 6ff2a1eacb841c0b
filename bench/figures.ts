/** Timings -> figures, and figures -> the table that is printed. Pure. */

/** One line of the table. */
export interface Row {
  readonly figure: string
  readonly median: string
  /** Absent: the figure is one number, not the middle of many. */
  readonly p95?: string
  /** In words, e.g. `≤ 3 ms`; absent: it is told for orientation, nothing is promised. */
  readonly target?: string
  readonly met?: boolean
}

/** The value below which the share `q` (0..1) of the values lies, by linear interpolation. NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * q
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Milliseconds as a row. `atMost`: the target for the median. */
export function msRow(figure: string, values: readonly number[], atMost?: number): Row {
  const middle = median(values)
  return {
    figure,
    median: ms(middle),
    p95: ms(quantile(values, 0.95)),
    ...(atMost === undefined ? {} : { target: `≤ ${atMost} ms`, met: middle <= atMost }),
  }
}

/** How much ours takes over bare, round by round: what slows a whole round down is in both. `atMost` as in {@link msRow}. */
export function overRow(
  figure: string,
  ours: readonly number[],
  bare: readonly number[],
  atMost?: number,
): Row {
  return msRow(
    figure,
    pairs(ours, bare, (mine, theirs) => mine - theirs),
    atMost,
  )
}

/** How many times bare ours takes, round by round. */
export function ratioRow(
  figure: string,
  ours: readonly number[],
  bare: readonly number[],
  atMost: number,
): Row {
  const ratios = pairs(ours, bare, (mine, theirs) => mine / theirs)
  const middle = median(ratios)
  return {
    figure,
    median: times(middle),
    p95: times(quantile(ratios, 0.95)),
    target: `≤ ${atMost} ×`,
    met: middle <= atMost,
  }
}

function pairs(
  ours: readonly number[],
  bare: readonly number[],
  compare: (mine: number, theirs: number) => number,
): number[] {
  return ours.map((mine, round) => compare(mine, bare[round] ?? Number.NaN))
}

export function ms(value: number): string {
  return `${value.toFixed(Math.abs(value) < 100 ? 2 : 0)} ms`
}

export function times(value: number): string {
  return `${value.toFixed(2)} ×`
}

export function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** A Markdown table, its columns aligned. */
export function table(rows: readonly Row[]): string {
  return grid([
    ['figure', 'median', 'p95', 'target', ''],
    ...rows.map(({ figure, median, p95 = '', target = '', met }) => [
      figure,
      median,
      p95,
      target,
      met === undefined ? '' : met ? 'met' : 'MISSED',
    ]),
  ])
}

/** The same of any cells; the first row is the head. */
export function grid(cells: readonly (readonly string[])[]): string {
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = cells
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')
}
