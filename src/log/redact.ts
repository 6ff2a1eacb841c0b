/** Turns whatever is logged into plain data without secrets and without people's words. */
import { types } from 'node:util'
import { kindOf } from './names.ts'
import { hidden, hideShapes } from './shapes.ts'

/** Longest string in a log line, in UTF-16 units. */
const longest = 8192
const deepest = 8
const widest = 100
/** A shorter value would be found by chance in words that are no secret, and tell it by being replaced there. */
const shortestSecret = 6

export interface Redactor {
  /** Plain data, safe to print, keys in order. Never throws. */
  fields(value: object): object
  text(text: string): string
  /** From now on these values are hidden too, wherever they stand. Those below 6 characters are not. */
  conceal(values: Iterable<string>): void
}

export function createRedactor(secrets: Iterable<string>): Redactor {
  const known = new Set<string>()
  let pattern: RegExp | undefined

  function conceal(values: Iterable<string>): void {
    for (const value of values) {
      if (value.length >= shortestSecret) for (const form of formsOf(value)) known.add(form)
    }
    // The longest first: where one secret contains another, nothing of it may be left.
    const longestFirst = [...known].toSorted((a, b) => b.length - a.length)
    pattern = known.size === 0 ? undefined : new RegExp(longestFirst.map(escape).join('|'), 'g')
  }

  function text(value: string): string {
    // Cut twice: hiding costs time by length, and a secret across the first cut must not lose its shape.
    const start = value.length > 2 * longest ? value.slice(0, 2 * longest) : value
    const concealed = pattern === undefined ? start : start.replace(pattern, hidden)
    // Control characters would act on the terminal of whoever reads the log.
    const clean = hideShapes(concealed).replaceAll(/[^\P{Cc}\n\t]/gu, '\uFFFD')
    if (clean.length <= longest && start === value) return clean
    return `${clean.slice(0, longest)}… [${value.length} characters]`
  }

  conceal(secrets)
  return { text, conceal, fields: (value) => plainFields(value, { text, known }) }
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

/** How a value looks inside JSON and inside a URL. */
function formsOf(value: string): readonly string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
}

interface Rules {
  readonly text: (text: string) => string
  readonly known: ReadonlySet<string>
}

function plainFields(value: object, rules: Rules): object {
  // `log.error(error, '…')`: the shape of a line stays the same, whatever is logged.
  if (isError(value)) return { err: plain(value, [], rules) }
  const result = plain(value, [], rules)
  return typeof result === 'object' && result !== null && !Array.isArray(result) ? result : { value: result }
}

function plain(value: unknown, trail: readonly object[], rules: Rules): unknown {
  switch (typeof value) {
    case 'string':
      return rules.text(value)
    case 'number':
      return rules.known.has(String(value)) ? hidden : value
    case 'bigint':
    case 'symbol':
      return rules.text(String(value))
    case 'function':
      return '[function]'
    case 'object':
      return value === null ? null : plainObject(value, trail, rules)
    case 'boolean':
    case 'undefined':
    default:
      return value
  }
}

function plainObject(value: object, trail: readonly object[], rules: Rules): unknown {
  if (trail.includes(value)) return '[circular]'
  if (trail.length >= deepest) return '[deeper]'
  const inside = [...trail, value]
  try {
    if (isError(value)) return plainError(value, inside, rules)
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof URL) return rules.text(value.href)
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
    if (value instanceof Map) return plainEntries([...value], inside, rules)
    if (Array.isArray(value) || value instanceof Set) return plainList([...value], inside, rules)
    return plainEntries(Object.entries(value), inside, rules)
  } catch {
    // A getter or a proxy that throws: the rest of the line is still worth having.
    return '[unreadable]'
  }
}

function plainList(items: readonly unknown[], trail: readonly object[], rules: Rules): unknown {
  const shown = items.slice(0, widest).map((item) => plain(item, trail, rules))
  return items.length > widest ? [...shown, `[${items.length - widest} more]`] : shown
}

function plainEntries(
  entries: readonly (readonly [unknown, unknown])[],
  trail: readonly object[],
  rules: Rules,
): object {
  const shown = entries.slice(0, widest).map(([key, value]): [string, unknown] => {
    const name = String(key)
    return [rules.text(name), plainField(name, value, trail, rules)]
  })
  if (entries.length > widest) shown.push(['…', `[${entries.length - widest} more]`])
  // Not by assignment: a key `__proto__` has to become a field.
  return Object.fromEntries(shown)
}

function plainField(name: string, value: unknown, trail: readonly object[], rules: Rules): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value
  const kind = kindOf(name)
  if (kind === 'plain' || (kind !== 'secret' && typeof value === 'number')) return plain(value, trail, rules)
  return kind === 'text' && typeof value === 'string' ? `[${value.length} characters]` : hidden
}

function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error
}

/** Name, code, message, stack and causes; these are not enumerable, so they have to be asked for. */
function plainError(error: Error, trail: readonly object[], rules: Rules): object {
  const { name, message, stack, cause, ...rest } = error
  const shown: Record<string, unknown> = {
    type: plain(name, trail, rules),
    message: plain(message, trail, rules),
  }
  Object.assign(shown, plainEntries(Object.entries(rest), trail, rules))
  if (typeof stack === 'string') shown.stack = rules.text(stack)
  if (cause !== undefined) shown.cause = plain(cause, trail, rules)
  if (error instanceof AggregateError) shown.errors = plainList(error.errors, trail, rules)
  return shown
}
