/** A question to a person, as it stands on disk: what was asked, of whom, and what became of it. */
import { z } from 'zod'

const address = z
  .object({
    adapter: z.string(),
    tenant: z.string().exactOptional(),
    channel: z.string(),
    thread: z.string().exactOptional(),
  })
  .readonly()

const choice = z
  .object({
    id: z.string(),
    label: z.string(),
    description: z.string().exactOptional(),
    style: z.enum(['primary', 'danger']).exactOptional(),
    text: z.boolean().exactOptional(),
  })
  .readonly()

const reply = z
  .object({
    kind: z.literal('prompt'),
    key: z.string(),
    language: z.string().exactOptional(),
    prompt: z.string(),
    title: z.string(),
    markdown: z.string(),
    choices: z.array(choice).readonly(),
    multiple: z.boolean().exactOptional(),
    ownText: z.boolean().exactOptional(),
  })
  .readonly()

export const PromptRecord = z.object({
  /** What an answer names. */
  id: z.string(),
  /**
   * `approval` of a tool, `question` of Claude's, `plan` to approve; the bot's own: `mid-turn` what becomes of messages
   * that came while Claude works, `rerun` of an answered message that was edited; see prompts/offers.ts: `grant` of more
   * money, `again` of messages that were not run, `mend` of
   * what to do about a conversation that waits.
   */
  kind: z.enum(['approval', 'question', 'plan', 'mid-turn', 'rerun', 'grant', 'again', 'mend']),
  conversation: z.string(),
  /** The queue's id of the message whose turn asks; of an offer what names all its prompts. */
  message: z.string(),
  /** True: it belongs to no turn, and stands whether or not the message has ended. */
  standing: z.boolean().exactOptional(),
  /** `<adapter>:<user id>` of whoever wrote it, or whom an offer is for. */
  requester: z.string(),
  /** All ids of the requester's when it was asked; absent: nothing is allowed by the answer. */
  requesters: z.array(z.string()).readonly().exactOptional(),
  /** True: the requester may not allow it, somebody else has to. */
  second: z.boolean(),
  address,
  reply,
  /** Where else it stands: with those who may decide it in place of the requester, as they read it. */
  copies: z
    .array(z.object({ conversation: z.string(), address, reply }).readonly())
    .readonly()
    .exactOptional(),
  /** What it is put to others as, in each language, once nobody has answered for long; absent: to nobody else. */
  later: z.array(reply).readonly().exactOptional(),
  /** Key of the reply whose place in the chat it took. */
  replaces: z.string().exactOptional(),
  /** How often it was put into the chat anew, in other words or elsewhere. */
  anew: z.number().exactOptional(),
  /** What the answer decides: a turn that runs again asks the same, and is known by it. */
  decides: z.object({
    /** What Claude wants to use; empty: the bot itself asks. */
    tool: z.string(),
    /** The tool's input; else what whoever acts on the answer has to know. */
    input: z.record(z.string(), z.unknown()),
    /** Which of the request's questions. */
    question: z.number(),
  }),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  expiresAt: z.number(),
  remindAt: z.number(),
  reminded: z.boolean(),
  state: z.enum(['open', 'decided', 'withdrawn', 'expired']),
  decision: z
    .object({
      /** Id of the answer, so that its redelivery is known. */
      answer: z.string(),
      choices: z.array(z.string()).readonly(),
      text: z.string().exactOptional(),
    })
    .optional(),
  /** `<adapter>:<user id>` of those who decided. */
  by: z.array(z.string()).readonly(),
  /** True once Claude was told: a decision counts once. */
  applied: z.boolean(),
  endedAt: z.number().optional(),
})
export type PromptRecord = z.infer<typeof PromptRecord>
