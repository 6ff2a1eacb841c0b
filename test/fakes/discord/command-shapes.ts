/** Commands that bots register, as documented. What is not documented is refused. */
import { z } from 'zod'

const locales = z.enum([
  'id',
  'da',
  'de',
  'en-GB',
  'en-US',
  'es-ES',
  'es-419',
  'fr',
  'hr',
  'it',
  'lt',
  'hu',
  'nl',
  'no',
  'pl',
  'pt-BR',
  'ro',
  'fi',
  'sv-SE',
  'vi',
  'tr',
  'cs',
  'el',
  'bg',
  'ru',
  'uk',
  'hi',
  'th',
  'zh-CN',
  'ja',
  'zh-TW',
  'ko',
])
const slashName = z
  .string()
  .regex(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u)
  .refine((name) => name === name.toLowerCase(), 'Command name is invalid')
const description = z.string().min(1).max(100)
const localized = (value: z.ZodType<string>) => z.partialRecord(locales, value).nullish()

const choice = (value: z.ZodType) =>
  z.strictObject({ name: z.string().min(1).max(100), name_localizations: localized(description), value })

const common = {
  name: slashName,
  name_localizations: localized(slashName),
  description,
  description_localizations: localized(description),
  required: z.boolean().optional(),
  autocomplete: z.boolean().optional(),
}

const Option = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal(3),
      ...common,
      choices: z
        .array(choice(z.string().min(1).max(100)))
        .max(25)
        .optional(),
      min_length: z.int().min(0).max(6000).optional(),
      max_length: z.int().min(1).max(6000).optional(),
    }),
    z.strictObject({
      type: z.literal(4),
      ...common,
      choices: z.array(choice(z.int())).max(25).optional(),
      min_value: z.int().optional(),
      max_value: z.int().optional(),
    }),
    z.strictObject({ type: z.literal(5), ...common, autocomplete: z.undefined().optional() }),
  ])
  .refine(
    (option) => option.autocomplete !== true || !('choices' in option) || option.choices === undefined,
    'autocomplete may not be set to true if choices are present',
  )

const Slash = z
  .strictObject({
    type: z.literal(1).default(1),
    name: slashName,
    name_localizations: localized(slashName),
    description,
    description_localizations: localized(description),
    options: z.array(Option).max(25).optional(),
    contexts: z.array(z.literal([0, 1, 2])).nullish(),
    integration_types: z.array(z.literal([0, 1])).optional(),
    default_member_permissions: z.string().nullish(),
    nsfw: z.boolean().optional(),
  })
  .refine(({ options = [] }) => {
    const firstFree = options.findIndex(({ required }) => required !== true)
    return firstFree === -1 || options.slice(firstFree).every(({ required }) => required !== true)
  }, 'Required options must be placed before non-required options')
  .refine(
    ({ options = [] }) => new Set(options.map(({ name }) => name)).size === options.length,
    'duplicate option',
  )
  .refine((command) => lengthOf(command) <= 8000, 'Command exceeds maximum size (8000)')

const menuName = z.string().min(1).max(32)
const Menu = z.strictObject({
  type: z.literal([2, 3]),
  name: menuName,
  name_localizations: localized(menuName),
  description: z.literal('').optional(),
  contexts: z.array(z.literal([0, 1, 2])).nullish(),
  integration_types: z.array(z.literal([0, 1])).optional(),
  default_member_permissions: z.string().nullish(),
  nsfw: z.boolean().optional(),
})

export const Command = z.union([Slash, Menu])
export type Command = z.infer<typeof Command>

export const Commands = z
  .array(Command)
  .refine(
    (all) => of(all, 1) <= 100 && of(all, 2) <= 15 && of(all, 3) <= 15,
    'Maximum number of commands reached',
  )
  .refine(
    (all) => new Set(all.map(({ type, name }) => `${type} ${name}`)).size === all.length,
    'Application command names must be unique',
  )

function of(all: readonly { readonly type: number }[], type: number): number {
  return all.filter((each) => each.type === type).length
}

/** Of name, description and values, as the longest language has them. */
function lengthOf(command: {
  readonly name: string
  readonly description?: string
  readonly description_localizations?: Readonly<Partial<Record<string, string>>> | null | undefined
  readonly options?: readonly z.infer<typeof Option>[] | undefined
}): number {
  const longest = ({
    name,
    description: text = '',
    description_localizations: others,
  }: typeof command): number =>
    name.length + Math.max(text.length, ...Object.values(others ?? {}).map((each) => each?.length ?? 0))
  const options = (command.options ?? []).map((option) => {
    const values = 'choices' in option ? (option.choices ?? []) : []
    return (
      longest(option) + values.reduce((sum, { name, value }) => sum + name.length + String(value).length, 0)
    )
  })
  return longest(command) + options.reduce((sum, each) => sum + each, 0)
}
