/** What zod found wrong, in words about keys: what is wanted, what was found, what was perhaps meant. */
import { z } from 'zod'
import { namesSecret } from '../log/names.ts'
import { hideShapes } from '../log/shapes.ts'
import { nearest } from './nearest.ts'
import { type Path, type Place, type Problem, keyOf } from './problems.ts'

/** Where the values came from. */
export interface Origin {
  place(path: Path): Place | undefined
  isVariable(path: Path): boolean
}

/** What zod's errors hold, whichever copy of zod threw them. */
export const issueShape = z.looseObject({
  code: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
  expected: z.string().optional(),
  keys: z.array(z.string()).optional(),
  values: z.array(z.unknown()).optional(),
  errors: z.array(z.array(z.unknown())).optional(),
  issues: z.array(z.unknown()).optional(),
  origin: z.string().optional(),
})
export type Issue = z.infer<typeof issueShape>

/** What an issue is about. */
export interface Subject {
  readonly schema: unknown
  readonly value: unknown
  readonly base: Path
  readonly origin: Origin
}

/** An issue in words. */
export function describe(issue: Issue, subject: Subject): Problem[] {
  const path = [...subject.base, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) =>
      unknownKey([...path, key], knownKeys(subject.schema, issue.path), subject.origin),
    )
  }
  const deeper = insideOf(issue)
  if (deeper.length > 0) return deeper.flatMap((inner) => describe(inner, subject))
  const found = valueAt(subject.value, issue.path)
  const key = keyOf(path)
  const place = subject.origin.place(path)
  if (found === undefined)
    return [{ code: 'missing-key', key, what: `\`${key}\` is missing`, advice: 'add it', place }]
  // A value from the environment is a secret more often than not.
  const secret = subject.origin.isVariable(path) || path.some((part) => namesSecret(String(part)))
  const { what, advice } = wants(issue, found)
  const hide = secret || (issue.code === 'custom' && typeof found === 'object')
  const got = hide ? '' : `, got ${shownValue(found)}`
  const named = key === '' ? 'the file' : `\`${key}\``
  return [{ code: 'invalid-value', key, what: `${named} ${what}${got}`, advice, place }]
}

/** Of a value that may be one thing or another: the issues of the alternative that came closest. */
function insideOf(issue: Issue): Issue[] {
  const alternatives = (issue.errors ?? []).map((inner) => z.array(issueShape).parse(inner))
  const closest = alternatives.toSorted((a, b) => depth(b) - depth(a))[0] ?? []
  return depth(closest) === 0
    ? []
    : closest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length))
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
}

function wants(issue: Issue, found: unknown): { what: string; advice?: string | undefined } {
  switch (issue.code) {
    case 'invalid_type': {
      const plain = typeof found === 'number' || typeof found === 'boolean'
      const advice = issue.expected === 'string' && plain ? 'put it into quotes' : undefined
      return { what: `wants ${nouns[issue.expected ?? ''] ?? issue.expected}`, advice }
    }
    case 'invalid_value': {
      const values = (issue.values ?? []).map(String)
      const near = nearest(String(found), values)
      const advice = near === undefined ? undefined : `did you mean \`${near}\`?`
      return { what: `wants one of ${values.map((value) => `\`${value}\``).join(', ')}`, advice }
    }
    case 'invalid_key':
      return { what: z.array(issueShape).parse(issue.issues)[0]?.message ?? issue.message }
    case 'custom':
      return { what: issue.message }
    case undefined:
    default:
      return { what: bounds(issue, found) }
  }
}

function bounds(issue: Issue, found: unknown): string {
  if (issue.code === 'too_small' && found === '') return 'must not be empty'
  const units = { string: ' characters', array: ' entries' }
  const unit = issue.origin === 'string' || issue.origin === 'array' ? units[issue.origin] : ''
  const open = issue.inclusive === false
  if (issue.code === 'too_small')
    return `wants ${open ? 'more than' : 'at least'} ${String(issue.minimum)}${unit}`
  if (issue.code === 'too_big')
    return `wants ${open ? 'less than' : 'at most'} ${String(issue.maximum)}${unit}`
  return issue.message.startsWith('Invalid') ? `is not accepted (${issue.message})` : issue.message
}

function shownValue(found: unknown): string {
  if (found === null) return 'nothing'
  if (typeof found === 'object') return Array.isArray(found) ? 'a list' : 'a block of keys'
  // A secret may stand in the wrong place, as in a URL.
  const text = hideShapes(JSON.stringify(found))
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** A key that nobody knows. `path` includes it. */
export function unknownKey(path: Path, known: readonly string[], origin: Origin): Problem {
  const key = keyOf(path)
  const near = nearest(String(path.at(-1)), known)
  const list = known.length === 0 ? 'remove it' : `known here: ${known.join(', ')}`
  const advice = near === undefined ? list : `did you mean \`${near}\`?`
  return { code: 'unknown-key', key, what: `unknown key \`${key}\``, advice, place: origin.place(path) }
}

/** The keys that a schema takes at a path; none when it is no zod schema. */
function knownKeys(schema: unknown, path: Path): readonly string[] {
  let here = unwrap(schema)
  for (const part of path) {
    if (here instanceof z.ZodObject) here = unwrap(here.shape[part])
    else if (here instanceof z.ZodRecord) here = unwrap(here.valueType)
    else if (here instanceof z.ZodArray) here = unwrap(here.element)
    else return []
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : []
}

function unwrap(schema: unknown): unknown {
  let inner = schema
  while (
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodNullable
  ) {
    inner = inner.unwrap()
  }
  return inner instanceof z.ZodPipe ? unwrap(inner.in) : inner
}

export function isHolder(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (held, part) => (isHolder(held) && Object.hasOwn(held, part) ? held[part] : undefined),
    value,
  )
}
