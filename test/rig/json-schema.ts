/** Values that fit a JSON Schema, and values that were made to fit and then spoilt. As much of it as zod writes. */
import fc from 'fast-check'
import { z } from 'zod'

export const Schema = z.record(z.string(), z.unknown())
export type Schema = z.infer<typeof Schema>

const Parts = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(Schema).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().default(0),
  maxLength: z.number().default(60),
  minimum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  maximum: z.number().optional(),
  items: Schema.default({}),
  minItems: z.number().default(0),
  maxItems: z.number().default(2),
  properties: z.record(z.string(), Schema).default({}),
  required: z.array(z.string()).default([]),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.union([Schema, z.boolean()]).default(true),
})

const formats: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: fc
    .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  uuid: fc.uuid({ version: 4 }),
  // Nothing is fetched: what leads inside is refused.
  uri: fc.constant('http://127.0.0.1:9/hook'),
}

/** Strings that programs trip over. */
const odd = ['\0', '\uD800', '__proto__', '../..', '%00', "'; --", '\u202Eabc', '😀', '/new', '-1', 'null']

/** By the name of a property, values that mean something there: most often one of them is taken; undefined: none. */
type Known = Readonly<Record<string, readonly unknown[]>>

/** Values that the schema takes. */
export function fitting(schema: Schema, known: Known = {}): fc.Arbitrary<unknown> {
  const { enum: values, anyOf, type, ...parts } = Parts.parse(schema)
  if (values !== undefined) return fc.constantFrom(...values)
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((each) => fitting(each, known)))
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => fitting({ ...schema, type: each }, known)))
  if (type === 'string') return strings(parts)
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') {
    const maxLength = Math.min(parts.maxItems, parts.minItems + 2)
    return fc.array(fitting(parts.items, known), { minLength: parts.minItems, maxLength })
  }
  if (type === 'object') return objects(parts, known)
  const { minimum = (parts.exclusiveMinimum ?? -2) + 1, maximum = minimum + 1000 } = parts
  if (type === 'integer') return fc.integer({ min: minimum, max: Math.min(maximum, 2 ** 31) })
  if (type === 'number') return fc.double({ min: minimum, max: maximum, noNaN: true })
  return fc.jsonValue({ maxDepth: 2 })
}

type Rest = Omit<z.infer<typeof Parts>, 'type' | 'enum' | 'anyOf'>

function strings({ format = '', pattern, minLength, maxLength }: Rest): fc.Arbitrary<string> {
  const formatted = formats[format]
  if (formatted !== undefined) return formatted
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  const max = Math.min(maxLength, minLength + 30)
  const any = fc.string({ minLength, maxLength: max, unit: 'binary' })
  const odds = odd.filter(({ length }) => length >= minLength && length <= maxLength)
  return fc.oneof({ weight: 3, arbitrary: any }, fc.constantFrom(...odds))
}

function objects(
  { properties, required, additionalProperties, propertyNames }: Rest,
  known: Known,
): fc.Arbitrary<unknown> {
  const property = (name: string, each: Schema): fc.Arbitrary<unknown> => {
    const any = fitting(each, known)
    const values = known[name]
    return values === undefined ? any : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...values) }, any)
  }
  const own = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, property(name, each)])),
    { requiredKeys: required },
  )
  if (additionalProperties === false) return own
  const inner = typeof additionalProperties === 'object' ? fitting(additionalProperties) : fc.jsonValue()
  const names = propertyNames === undefined ? fc.constantFrom('other', 'x-1') : fc.constantFrom('id', 'x')
  return fc
    .tuple(fc.dictionary(names, inner, { maxKeys: 1, noNullPrototype: true }), own)
    .map(([more, others]) => ({ ...more, ...others }))
}

const nested = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner], 0)
const strange = fc.oneof(
  fc.constantFrom<unknown>(null, [], {}, '', -1, 0, 1.5, 1e300, true, 'x'.repeat(100_001), nested),
  fc.constantFrom(...odd),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Values that fitted, with something replaced, left out or put in: most of them fit no more. */
export function spoilt(schema: Schema, known: Known = {}): fc.Arbitrary<unknown> {
  return fc
    .tuple(fitting(schema, known), strange, fc.nat(), fc.constantFrom('replace', 'drop', 'add', 'whole'))
    .map(([value, other, at, how]) => (how === 'whole' ? other : changed(value, other, at, how)))
}

function changed(value: unknown, other: unknown, at: number, how: 'replace' | 'drop' | 'add'): unknown {
  if (Array.isArray(value)) {
    if (how === 'add' || value.length === 0) return [...value, other]
    const place = at % value.length
    return value.map((each: unknown, index) => (index === place ? changed(each, other, at, how) : each))
  }
  if (typeof value !== 'object' || value === null) return other
  const entries = Object.entries(value)
  const [name] = entries[at % Math.max(1, entries.length)] ?? []
  if (how === 'add' || name === undefined)
    return { ...value, [['other', 'constructor', 'id'][at % 3] ?? '']: other }
  if (how === 'drop') return Object.fromEntries(entries.filter(([each]) => each !== name))
  return Object.fromEntries(
    entries.map(([each, inner]): [string, unknown] => [
      each,
      each === name ? changed(inner, other, Math.floor(at / 7), how) : inner,
    ]),
  )
}

/** Says whether a value fits. */
export function checkOf(schema: Schema): (value: unknown) => boolean {
  const checked = z.fromJSONSchema(schema)
  return (value) => checked.safeParse(value).success
}
