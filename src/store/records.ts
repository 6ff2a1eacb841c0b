/** What is kept about people and their sessions, as it stands on disk. Parsed on the way in: an older or broken record is an error with its key, never a guess. */
import { z } from 'zod'
import { roles } from '../access.ts'
import { efforts, permissionModes } from '../claude/turn.ts'
import { languages } from '../words/languages.ts'

const AddressRecord = z
  .object({
    adapter: z.string(),
    tenant: z.string().exactOptional(),
    channel: z.string(),
    thread: z.string().exactOptional(),
  })
  .readonly()

/** One id of a person: an account on one platform. */
const IdRecord = z.object({
  /** `<adapter>:<user id>`. */
  id: z.string(),
  /** As the platform shows it. */
  name: z.string().exactOptional(),
  /** The language that the platform is used in, as it tells it. */
  locale: z.string().exactOptional(),
  /** What else access lists may name it by, as its platform told it at `groupsAt`. */
  groups: z.array(z.string()).exactOptional(),
  /** Milliseconds since 1970. */
  groupsAt: z.number().exactOptional(),
  /** Where the person can be told something that nobody else reads. */
  direct: AddressRecord.exactOptional(),
  /** What it was given when it was paired. */
  role: z.enum(roles).exactOptional(),
  /** Milliseconds since 1970. */
  pairedAt: z.number().exactOptional(),
})
export type IdRecord = z.infer<typeof IdRecord>

/** A person. Key: the person's first id, which conversations and homes are named after. */
export const PersonRecord = z.object({
  person: z.string(),
  /** The first one included. */
  ids: z.array(IdRecord),
  /** What /lang chose; absent: as the platforms tell, else as configured. */
  language: z.enum(languages).exactOptional(),
  /** What becomes of what they write while Claude works; absent: as configured. */
  midTurn: z.enum(['queue', 'steer', 'interrupt']).exactOptional(),
})
export type PersonRecord = z.infer<typeof PersonRecord>

/** An account that a code speaks of. */
const AccountRecord = z.object({
  /** `<adapter>:<user id>`. */
  id: z.string(),
  name: z.string().exactOptional(),
  /** The language that the platform told when the code was shown. */
  locale: z.string().exactOptional(),
  /** Where the code was shown. */
  address: AddressRecord,
})

/** A code that somebody was shown. Key: the code. */
export const CodeRecord = z.object({
  code: z.string(),
  /** `pair` an admin enters it; `link` its holder does elsewhere; `confirm` whoever made the `link` code does. */
  kind: z.enum(['pair', 'link', 'confirm']),
  /** Who was shown it. */
  holder: AccountRecord,
  /** `confirm` only: who made the `link` code that the holder entered. */
  maker: AccountRecord.exactOptional(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
})
export type CodeRecord = z.infer<typeof CodeRecord>

/** How often somebody was answered in one chat of late, for the loop guard. Key: chat and person. */
export const ExchangesRecord = z.object({
  /** Milliseconds since 1970, oldest first. */
  times: z.array(z.number()),
  /** The queue's ids of messages whose answers were still to come, oldest first. */
  due: z.array(z.string()).exactOptional(),
  /** Set once it was too often: until then nothing is answered. */
  silentUntil: z.number().exactOptional(),
})
export type ExchangesRecord = z.infer<typeof ExchangesRecord>

/** A conversation's session with Claude. Key: the conversation. */
export const SessionRecord = z.object({
  conversation: z.string(),
  /** The CLI's session id. */
  sessionId: z.string(),
  /** False until the CLI has taken up its first turn: start with --session-id, else with --resume. */
  started: z.boolean(),
  /** Key of the home (workspace, config dir) that the session lives in. */
  home: z.string(),
  /** What /model chose; absent: as configured. */
  model: z.string().optional(),
  /** What /mode chose; absent: as configured. */
  permissionMode: z.enum(permissionModes).optional(),
  /** What /effort chose; absent: the CLI's. */
  effort: z.enum(efforts).optional(),
  /** What people call it. */
  name: z.string().optional(),
  /** Where Claude works: `project:<name>`, or a path in the workspace; absent: the workspace. */
  folder: z.string().optional(),
  /** What whoever made it wants otherwise than configured, see SessionWish in the contract. */
  wish: z
    .object({
      systemPrompt: z.string().optional(),
      allowedTools: z.array(z.string()).optional(),
      disallowedTools: z.array(z.string()).optional(),
      maxTurns: z.number().optional(),
      maxBudgetUsd: z.number().optional(),
      timeout: z.number().optional(),
      /** Name of the adapter whose gateway its model is asked for by. */
      gateway: z.string().optional(),
    })
    .optional(),
  /** Id of the session that it is forked from, until it has begun. */
  forkOf: z.string().optional(),
  /** Ids of the sessions that it takes the place of, the last first: their records are lost. */
  follows: z.array(z.string()).optional(),
  /** The tools that Claude had in its last turn. */
  tools: z.array(z.string()).optional(),
  /** Names of the CLI's own commands that it knew in its last turn. */
  commands: z.array(z.string()).optional(),
  /** The CLI's ids of the last turns, oldest first: what /undo goes back to. */
  turnIds: z.array(z.string()).optional(),
  /** Set when it was left alone for so long that it was put away. */
  archivedAt: z.number().optional(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
  lastAt: z.number(),
  turns: z.number(),
  costUsd: z.number(),
})
export type SessionRecord = z.infer<typeof SessionRecord>

/** One line of a conversation's history. */
export const HistoryEntry = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  role: z.enum(['user', 'assistant', 'notice']),
  /** `<adapter>:<user id>` for role user. */
  user: z.string().optional(),
  text: z.string(),
  /** Files that came with it, from the workspace on. */
  files: z.array(z.string()).optional(),
  /** The CLI session that it belongs to. */
  sessionId: z.string(),
})
export type HistoryEntry = z.infer<typeof HistoryEntry>

/** What one account (a person, a role, a chat, the whole bot) used on one day (UTC). */
export const UsageRecord = z.object({
  turns: z.number(),
  failed: z.number(),
  /** Turns of which nobody knows what they cost: they died before they said. Their figures are estimates. */
  estimated: z.number().default(0),
  costUsd: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  /** Sum over the turns, milliseconds. */
  durationMs: z.number(),
})
export type UsageRecord = z.infer<typeof UsageRecord>

/** A turn that has begun and is not booked yet. Found at a start, it tells of a turn that died. */
export const ChargeRecord = z.object({
  /** The message's id. */
  id: z.string(),
  /** Who asked. */
  person: z.string(),
  /** The other accounts that pay for it. */
  accounts: z.array(z.string()),
  /** What its figures are told apart by besides, see Usage.facets. */
  facets: z.array(z.string()).default([]),
  /** Milliseconds since 1970. */
  at: z.number(),
})
export type ChargeRecord = z.infer<typeof ChargeRecord>

/** What Claude does by itself in a conversation. Key: the conversation. Found at a start, it tells of what died. */
export const UnattendedRecord = z.object({
  id: z.string(),
  conversation: z.string(),
  /** Where what comes of it is to be told. */
  address: AddressRecord,
  /** In which it is told. */
  language: z.enum(languages),
  /** What Claude calls the tasks. */
  tasks: z.array(z.string()),
  /** The same for others whose turns began some of it. */
  others: z
    .array(z.object({ address: AddressRecord, language: z.enum(languages), tasks: z.array(z.string()) }))
    .default([]),
})
export type UnattendedRecord = z.infer<typeof UnattendedRecord>

/** The last message that came from a chat. */
export const HeardRecord = z.object({
  address: AddressRecord,
  /** The platform's id of it. */
  id: z.string(),
  /** Milliseconds since 1970, by the platform's clock. */
  at: z.number(),
})
export type HeardRecord = z.infer<typeof HeardRecord>

/** What was said and granted about one account's budget for one day or month. */
export const BudgetRecord = z.object({
  /** True once the account was told that it comes to its end. */
  warned: z.boolean(),
  grants: z.array(
    z.object({
      usd: z.number(),
      tokens: z.number(),
      /** What it came from, so that it counts once; absent: a command. */
      id: z.string().exactOptional(),
      /** `<adapter>:<user id>` */
      by: z.string(),
      /** Milliseconds since 1970. */
      at: z.number(),
    }),
  ),
})
export type BudgetRecord = z.infer<typeof BudgetRecord>
