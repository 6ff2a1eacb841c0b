/** Days and months by UTC: what a budget is for, and when it starts anew. Pure. */

export const spans = ['day', 'month'] as const
export type Span = (typeof spans)[number]

export interface Period {
  readonly span: Span
  /** `2026-11-21` or `2026-11`. */
  readonly key: string
  /** First and last day, `YYYY-MM-DD`. */
  readonly from: string
  readonly to: string
  /** Day on which the next one begins. */
  readonly next: string
}

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** The day or month that `at` (milliseconds since 1970) is in. */
export function periodOf(span: Span, at: number): Period {
  const date = new Date(at)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const [first, next] =
    span === 'day'
      ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)]
      : [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)]
  const from = dayOf(first)
  const key = span === 'day' ? from : from.slice(0, 7)
  return { span, key, from, to: dayOf(next - 1), next: dayOf(next) }
}
