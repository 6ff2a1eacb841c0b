/** Bodies that bots send, as documented. What is not documented is refused. */
import { z } from 'zod'

const Snowflake = z.string().regex(/^\d{15,21}$/)
/** Discord counts code points. */
const text = (most: number) =>
  z.string().refine((value) => Array.from(value).length <= most, `Must be ${most} or fewer in length.`)
const id = z.string().min(1).max(100)
const emoji = z.strictObject({ id: z.string().optional(), name: z.string().optional() })

const Button = z.strictObject({
  type: z.literal(2),
  style: z.int().min(1).max(4),
  label: z.string().min(1).max(80),
  custom_id: id,
  disabled: z.boolean().optional(),
  emoji: emoji.optional(),
})

const Select = z
  .strictObject({
    type: z.literal(3),
    custom_id: id,
    placeholder: z.string().max(150).optional(),
    min_values: z.int().min(0).max(25).optional(),
    max_values: z.int().min(1).max(25).optional(),
    disabled: z.boolean().optional(),
    options: z
      .array(
        z.strictObject({
          label: z.string().min(1).max(100),
          value: z.string().min(1).max(100),
          description: z.string().min(1).max(100).optional(),
          default: z.boolean().optional(),
        }),
      )
      .min(1)
      .max(25),
  })
  .refine(({ max_values: most = 1, options }) => most <= options.length, 'max_values is beyond the options')

const Row = z.strictObject({
  type: z.literal(1),
  components: z.union([z.array(Button).min(1).max(5), z.tuple([Select])]),
})
export type Component = z.infer<typeof Button> | z.infer<typeof Select>

const Rows = z
  .array(Row)
  .max(5)
  .refine((rows) => {
    const ids = rows.flatMap(({ components }) => components.map(({ custom_id: each }) => each))
    return new Set(ids).size === ids.length
  }, 'Component custom id cannot be duplicated')
export type Rows = z.infer<typeof Rows>

const attached = z.string().regex(/^attachment:\/\/[\w.-]+$/)
/** What messages are made of that have the flag for it. Other kinds of components no bot of ours sends. */
const Display = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(10), content: text(4000).refine((words) => words.trim() !== '') }),
  z.strictObject({
    type: z.literal(12),
    items: z
      .array(
        z.strictObject({
          media: z.strictObject({ url: attached }),
          description: text(1024).nullish(),
          spoiler: z.boolean().optional(),
        }),
      )
      .min(1)
      .max(10),
  }),
  z.strictObject({
    type: z.literal(13),
    file: z.strictObject({ url: attached }),
    spoiler: z.boolean().optional(),
  }),
])
const Layout = z
  .array(z.union([Row, Display]))
  .max(40)
  .refine((all) => {
    const words = all.map((each) => (each.type === 10 ? Array.from(each.content).length : 0))
    return words.reduce((sum, each) => sum + each, 0) <= 4000
  }, 'The displayable text of all components is beyond 4000')
export type Layout = z.infer<typeof Layout>

/** https://docs.discord.com/developers/components/reference */
export const madeOfComponents = 1 << 15

const AllowedMentions = z
  .strictObject({
    parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional(),
    roles: z.array(Snowflake).max(100).optional(),
    users: z.array(Snowflake).max(100).optional(),
    replied_user: z.boolean().optional(),
  })
  .refine(
    ({ parse = [], users = [], roles = [] }) =>
      (users.length === 0 || !parse.includes('users')) && (roles.length === 0 || !parse.includes('roles')),
    'parse and a list of the same kind are mutually exclusive',
  )

const content = {
  content: text(2000).optional(),
  allowed_mentions: AllowedMentions.optional(),
  components: z.union([Rows, Layout]).optional(),
  attachments: z
    .array(
      z.strictObject({
        id: z.union([z.int(), z.string()]),
        filename: z.string(),
        description: text(1024).optional(),
      }),
    )
    .max(10)
    .optional(),
  flags: z.int().optional(),
}

export const CreateMessage = z.strictObject({
  ...content,
  nonce: z.union([z.string().max(25), z.int()]).optional(),
  enforce_nonce: z.boolean().optional(),
  message_reference: z
    .strictObject({
      type: z.literal(0).optional(),
      message_id: Snowflake,
      channel_id: Snowflake.optional(),
      guild_id: Snowflake.optional(),
      fail_if_not_exists: z.boolean().optional(),
    })
    .optional(),
})
export type CreateMessage = z.infer<typeof CreateMessage>

export const EditMessage = z.strictObject({ ...content, content: text(2000).nullish() })
/** By a webhook: of an interaction. */
export const FollowUp = z.strictObject(content)

export const OpenDirect = z.strictObject({ recipient_id: Snowflake })

export const StartThread = z.strictObject({
  name: z.string().min(1).max(100),
  auto_archive_duration: z.literal([60, 1440, 4320, 10080]).optional(),
  rate_limit_per_user: z.int().optional(),
})

const TextInput = z.strictObject({
  type: z.literal(4),
  custom_id: id,
  style: z.literal([1, 2]),
  min_length: z.int().min(0).max(4000).optional(),
  max_length: z.int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: z.string().max(4000).optional(),
  placeholder: z.string().max(100).optional(),
})

export const Modal = z.strictObject({
  custom_id: id,
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.strictObject({
        type: z.literal(18),
        label: z.string().min(1).max(45),
        description: z.string().max(100).optional(),
        component: TextInput,
      }),
    )
    .min(1)
    .max(5),
})
export type Modal = z.infer<typeof Modal>

/** Answers to an interaction: a message, a deferral of one, a deferral without one, suggestions, a modal. */
export const Callback = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal(4), data: FollowUp }),
  z.strictObject({ type: z.literal(5), data: z.strictObject({ flags: z.int() }).optional() }),
  z.strictObject({ type: z.literal(6) }),
  z.strictObject({
    type: z.literal(8),
    data: z.strictObject({
      choices: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(100),
            value: z.union([z.string().min(1).max(100), z.int()]),
          }),
        )
        .max(25),
    }),
  }),
  z.strictObject({ type: z.literal(9), data: Modal }),
])
export type Callback = z.infer<typeof Callback>
