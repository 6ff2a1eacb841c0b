/** Checks values by a schema; variables count as the numbers and switches that the schema wants. */
import { z } from 'zod'
import type { Path, Problem } from './problems.ts'
import { type Issue, type Origin, describe, isHolder, issueShape, valueAt } from './wording.ts'

/** zod's schemas, and whatever else throws issues of that shape. */
export interface Checker<T> {
  parse(value: unknown): T
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: Problem[] }

/** `base`: the keys above the checked value. */
export function check<T>(schema: Checker<T>, value: unknown, base: Path, origin: Origin): Checked<T> {
  const first = attempt(schema, value)
  if (first.ok) return first
  // The environment knows text only: where a number or a switch is wanted, the text is taken for one.
  const converted = convertVariables(value, first.issues, (path) => origin.isVariable([...base, ...path]))
  const second = converted === undefined ? first : attempt(schema, converted)
  if (second.ok) return second
  const subject = { schema, value, base, origin }
  return { ok: false, problems: second.issues.flatMap((issue) => describe(issue, subject)) }
}

type Attempt<T> = { ok: true; value: T } | { ok: false; issues: Issue[] }

function attempt<T>(schema: Checker<T>, value: unknown): Attempt<T> {
  try {
    return { ok: true, value: schema.parse(value) }
  } catch (error) {
    const thrown = z.looseObject({ issues: z.array(issueShape) }).safeParse(error)
    // An adapter's schema may have a bug; that is no slip in the config.
    if (!thrown.success) throw error
    return { ok: false, issues: thrown.data.issues }
  }
}

function convertVariables(
  value: unknown,
  issues: readonly Issue[],
  isVariable: (path: Path) => boolean,
): unknown {
  let changed = false
  const copy = structuredClone(value)
  for (const { code, path, expected = '' } of issues) {
    const last = path.at(-1)
    const holder = valueAt(copy, path.slice(0, -1))
    if (code !== 'invalid_type' || last === undefined || !isVariable(path) || !isHolder(holder)) continue
    const converted = convert(expected, String(holder[last]))
    if (converted === undefined) continue
    holder[last] = converted
    changed = true
  }
  return changed ? copy : undefined
}

function convert(expected: string, text: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  const number = ['number', 'int'].includes(expected) && text.trim() !== '' ? Number(text) : Number.NaN
  return Number.isNaN(number) ? undefined : number
}
