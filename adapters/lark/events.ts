/** What Feishu sends, as far as it is looked at. Hostile until it is parsed here. */
import { z } from 'zod'
import type { Log } from '../../src/contract.ts'

const id = z.string().min(1)
const time = z.string().regex(/^\d+$/)
const absent = z.string().nullish()

/** Around every event, by long connection or over HTTP. */
export const Envelope = z.object({
  schema: z.literal('2.0'),
  header: z.object({
    event_id: id,
    event_type: z.string(),
    create_time: time,
    token: z.string().optional(),
    tenant_key: id,
  }),
  event: z.unknown(),
})
export type Envelope = z.infer<typeof Envelope>

const Mention = z.object({
  key: z.string(),
  name: z.string().default(''),
  // Null where everybody is named, or somebody whom the app may not see.
  id: z
    .object({ open_id: absent })
    .nullish()
    .transform((known) => known ?? {}),
})
/** One that cannot be read is passed over: the message is worth more than its mentions. */
const Mentions = z
  .array(Mention.nullable().catch(null))
  .nullish()
  .transform((all) => all?.filter((each) => each !== null))

export const Received = z.object({
  sender: z.object({
    sender_id: z.object({ open_id: absent, union_id: absent, user_id: absent }).nullish(),
    sender_type: z.string(),
    tenant_key: absent,
  }),
  message: z.object({
    message_id: id,
    parent_id: absent,
    thread_id: absent,
    create_time: time,
    chat_id: id,
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: Mentions,
  }),
})
export type Received = z.infer<typeof Received>

export const Recalled = z.object({ message_id: id, chat_id: id, recall_time: time })
export type Recalled = z.infer<typeof Recalled>

/** Of what changed it is told which message alone: the rest is not documented, and is looked up. */
export const Updated = z
  .object({ message_id: id.optional(), message: z.object({ message_id: id }).optional() })
  .transform(({ message_id, message }) => message_id ?? message?.message_id)

export const Pressed = z.object({
  operator: z.object({ open_id: id, union_id: absent, user_id: absent, tenant_key: absent }),
  action: z.object({
    value: z.unknown(),
    form_value: z.record(z.string(), z.unknown()).nullish(),
  }),
  context: z.object({ open_message_id: absent, open_chat_id: absent }),
})
export type Pressed = z.infer<typeof Pressed>

/** Somebody chose something in the bot's menu, in their chat with it. */
export const Chosen = z.object({
  operator: z.object({ operator_id: z.object({ open_id: id, union_id: absent, user_id: absent }) }),
  event_key: id,
})
export type Chosen = z.infer<typeof Chosen>
/** Of a person, or a department, in the contacts of the company. */
export const ContactChanged = z.object({ object: z.object({ open_id: absent }) })

/** What happened, in the shape of this schema. Undefined: it has none of that; it is acknowledged all the same, for it would come again as it is. */
export function read<T>(schema: z.ZodType<T>, { header, event }: Envelope, log: Log): T | undefined {
  const { data, error } = schema.safeParse(event)
  if (error !== undefined) {
    const { event_type: type, event_id } = header
    const wrong = error.issues.map(({ path }) => path.join('.').slice(0, 100)).slice(0, 10)
    log.warn({ type, event: event_id, wrong }, 'an event of Feishu cannot be read, and is passed over')
  }
  return data
}

/** A message as the open API gives it: in another shape than in events. */
export const Listed = z.object({
  message_id: id,
  parent_id: absent,
  thread_id: absent,
  msg_type: z.string(),
  create_time: time,
  update_time: time.optional(),
  deleted: z.boolean().default(false),
  chat_id: id,
  sender: z.object({ id: z.string(), id_type: z.string(), sender_type: z.string() }),
  body: z.object({ content: z.string() }).nullish(),
  mentions: z.array(z.object({ key: z.string(), id: z.string(), name: z.string().default('') })).nullish(),
})
export type Listed = z.infer<typeof Listed>

/** A message from a list, in the shape of an event. `direct`: whether its chat is one of two. */
export function asReceived(listed: Listed, direct: boolean): Received {
  const { message_id, parent_id, thread_id, create_time, chat_id, sender, body, mentions } = listed
  return {
    sender: { sender_id: { open_id: sender.id }, sender_type: sender.sender_type },
    message: {
      message_id,
      parent_id,
      thread_id,
      create_time,
      chat_id,
      chat_type: direct ? 'p2p' : 'group',
      message_type: listed.msg_type,
      content: body?.content ?? '',
      mentions: mentions?.map(({ key, id, name }) => ({ key, name, id: { open_id: id } })),
    },
  }
}
