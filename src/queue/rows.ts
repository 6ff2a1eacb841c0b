/** Rows of the queue's tables, parsed into the port's types. */
import { z } from 'zod'
import type { Address, Message, Reply, Sent } from '../contract.ts'
import { QueueError } from './port.ts'
import type { Envelope, Outgoing } from './port.ts'

/*
 * These columns were written from typed values by this queue. One telling field is looked at, so that a damaged
 * file is noticed; the rest is passed on as it is, so that a field which the contract gains is not dropped here.
 */
const message = z.custom<Message>((value) => has(value, 'kind') && value.kind === 'message')
const reply = z.custom<Reply>((value) => has(value, 'key') && typeof value.key === 'string')
const address = z.custom<Address>((value) => has(value, 'adapter') && typeof value.adapter === 'string')
const sent = z.custom<Sent>((value) => has(value, 'id') && typeof value.id === 'string')

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue('not JSON')
    return z.NEVER
  }
})

const InboxRow = z.object({
  id: z.string(),
  conversation: z.string(),
  message: json.pipe(message),
  accepted_at: z.number(),
  attempt: z.number(),
  excused: z.number(),
  draft: json.pipe(sent).nullable(),
})

const OutboxRow = z.object({
  seq: z.number(),
  key: z.string(),
  conversation: z.string(),
  address: json.pipe(address),
  reply: json.pipe(reply),
  draft: json.pipe(sent).nullable(),
  replaces: z.string().nullable(),
  parts: json.pipe(z.array(sent)),
  replaced: json.pipe(z.array(sent)).nullable(),
  attempt: z.number(),
})

/** A reply that waits in the outbox. */
export interface Waiting extends Outgoing {
  readonly seq: number
  readonly attempt: number
  readonly parts: readonly Sent[]
  readonly replaced: readonly Sent[]
}

/** Throws {@link QueueError} `storage` when the row is damaged. */
export function envelopeOf(row: unknown): Envelope {
  const { id, conversation, message, accepted_at, attempt, excused, draft } = parse(InboxRow, row, 'inbox')
  const died = Math.max(0, attempt - 1 - excused)
  const envelope = { id, conversation, message, acceptedAt: accepted_at, attempt, died }
  return draft === null ? envelope : { ...envelope, draft }
}

/** Throws {@link QueueError} `storage` when the row is damaged. */
export function waitingOf(row: unknown): Waiting {
  const { draft, replaces, replaced, ...waiting } = parse(OutboxRow, row, 'outbox')
  return {
    ...waiting,
    replaced: replaced ?? [],
    ...(draft === null ? {} : { draft }),
    ...(replaces === null ? {} : { replaces }),
  }
}

function parse<T>(schema: z.ZodType<T>, row: unknown, table: string): T {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  const name = has(row, 'id') ? row.id : has(row, 'key') ? row.key : 'unknown'
  throw new QueueError(
    'storage',
    `The row ${String(name)} of the queue's ${table} is damaged: ${z.prettifyError(parsed.error)}. Restore the file from a backup, or remove that row.`,
  )
}
