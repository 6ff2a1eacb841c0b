/** What the API of a bot answers, as far as a terminal makes use of it. What else it says is let be. */
import { z } from 'zod'

export const Info = z.object({
  version: z.string(),
  /** `<adapter>:<user id>` that the key is. */
  person: z.string(),
  commands: z.array(
    z.object({
      name: z.string(),
      usage: z.string(),
      summary: z.string(),
      when: z.enum(['now', 'in-order', 'turn', 'aside']).exactOptional(),
    }),
  ),
})
export type Info = z.infer<typeof Info>

export const Permission = z.object({
  prompt: z.string(),
  session: z.string(),
  title: z.string(),
  markdown: z.string(),
  choices: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      description: z.string().exactOptional(),
      style: z.enum(['primary', 'danger']).exactOptional(),
      text: z.boolean().exactOptional(),
    }),
  ),
  multiple: z.boolean(),
  ownText: z.boolean(),
})
export type Permission = z.infer<typeof Permission>

export const Session = z.object({
  id: z.string(),
  name: z.string().exactOptional(),
  /** Can messages be sent to it from here? */
  own: z.boolean(),
  /** Whose it is, `<adapter>:<user id>`; absent: it is a chat's. */
  owner: z.string().exactOptional(),
  /** Absent: nothing runs. */
  turn: z.object({}).exactOptional(),
  approvals: z.array(Permission),
})
export type Session = z.infer<typeof Session>

export const Decided = z.object({ decided: z.literal(true) })

const Ended = z.object({
  state: z.enum(['answered', 'failed', 'cancelled']),
  text: z.string().default(''),
  figures: z
    .object({
      costUsd: z.number(),
      durationMs: z.number(),
      inputTokens: z.number(),
      outputTokens: z.number(),
    })
    .exactOptional(),
  /** Ids of messages that this is the end of, too. */
  ends: z.array(z.string()).exactOptional(),
  /** Id of the message that says it for both. */
  inTurnOf: z.string().exactOptional(),
})

const Tool = z.object({ id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) })
const Notice = z.object({
  markdown: z.string(),
  tone: z.enum(['answer', 'notice', 'error']),
  /** Id of the message that it came with; absent: of none that is still open. */
  message: z.string().exactOptional(),
  /** What Claude has sent, and where on the server it is fetched. */
  file: z
    .object({
      id: z.string(),
      name: z.string(),
      bytes: z.int(),
      caption: z.string().exactOptional(),
      url: z.string().regex(/^\/[\w/.-]*$/),
    })
    .exactOptional(),
})
export type SentFile = NonNullable<z.infer<typeof Notice>['file']>
const Settled = z.object({ prompt: z.string(), label: z.string(), by: z.string().exactOptional() })

const besides = [
  z.object({ type: z.literal('permission'), data: Permission }),
  z.object({ type: z.literal('permission_settled'), data: Settled }),
  z.object({ type: z.literal('notice'), data: Notice }),
] as const

/** What happens in a session besides the answers. */
export const Besides = z.discriminatedUnion('type', besides)
export type Besides = z.infer<typeof Besides>

/** What happens with a message. */
export const Told = z.discriminatedUnion('type', [
  ...besides,
  z.object({ type: z.literal('started'), data: z.object({}) }),
  z.object({ type: z.literal('message'), data: z.object({ delta: z.string() }) }),
  z.object({ type: z.literal('message_reset'), data: z.object({ text: z.string() }) }),
  z.object({ type: z.literal('tool_use'), data: Tool }),
  z.object({ type: z.literal('tool_result'), data: z.object({ id: z.string(), ok: z.boolean() }) }),
  z.object({ type: z.literal('status'), data: z.object({ status: z.string() }) }),
  z.object({ type: z.literal('complete'), data: Ended }),
  z.object({ type: z.literal('error'), data: Ended }),
])
export type Told = z.infer<typeof Told>

/** RFC 9457. */
export const Problem = z.object({ status: z.int(), code: z.string(), detail: z.string() })

const View = z.object({
  message: z.string(),
  markdown: z.string(),
  tools: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      title: z.string(),
      state: z.enum(['running', 'done', 'failed']),
    }),
  ),
  status: z.string().exactOptional(),
})
const Said = Ended.omit({ state: true, text: true, ends: true, inTurnOf: true }).extend({
  message: z.string().exactOptional(),
  markdown: z.string(),
  tone: z.enum(['answer', 'notice', 'error']),
  /** Absent: it ends nothing. */
  outcome: Ended.shape.state.exactOptional(),
})

/** All that happens in a session, whoever asked. */
export const Followed = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('turn'),
    data: z.object({ message: z.string(), user: z.string(), text: z.string() }),
  }),
  z.object({ type: z.literal('view'), data: View }),
  z.object({ type: z.literal('said'), data: Said }),
  z.object({
    type: z.literal('file'),
    data: z.object({
      message: z.string().exactOptional(),
      name: z.string(),
      bytes: z.int(),
      caption: z.string().exactOptional(),
    }),
  }),
  z.object({ type: z.literal('permission'), data: Permission }),
  z.object({ type: z.literal('settled'), data: Settled }),
])
export type Followed = z.infer<typeof Followed>

export const HistoryLine = z.object({
  role: z.enum(['user', 'assistant', 'notice']),
  user: z.string().exactOptional(),
  text: z.string(),
})
export type HistoryLine = z.infer<typeof HistoryLine>
