/** What Redis answers, parsed into the port's types. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Address, Message, Reply, Sent } from '../../contract.ts'
import { QueueError } from '../port.ts'
import type { Delivery, Envelope, Outgoing } from '../port.ts'

/*
 * These values were written from typed ones by this driver. One telling field is looked at, so that a damaged one is
 * noticed; the rest is passed on as it is, so that a field which the contract gains is not dropped here.
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

/** As the scripts' `envelope` gives it; what a script adds stands behind. */
const Row = z.tuple(
  [
    z.string(),
    z.string(),
    json.pipe(message),
    z.coerce.number(),
    z.coerce.number(),
    z.coerce.number(),
    json.pipe(sent).nullable(),
    z.string(),
  ],
  z.unknown(),
)

const Claimed = z.tuple([
  z.literal(1),
  z.string(),
  json.pipe(address),
  json.pipe(reply),
  json.pipe(sent).nullable(),
  z.string().nullable(),
  z.number(),
  z.array(json.pipe(sent)),
  z.array(json.pipe(sent)),
])

/** A message as it stands in Redis. */
export interface Stored {
  readonly envelope: Envelope
  /** Goes up when it is moved. */
  readonly version: string
  readonly extra: unknown
}

export function storedOf(row: unknown): Stored {
  const [id, conversation, message, acceptedAt, attempt, excused, draft, version, extra] = parse(Row, row)
  const died = Math.max(0, attempt - 1 - excused)
  const envelope = { id, conversation, message, acceptedAt, attempt, died }
  return { envelope: draft === null ? envelope : { ...envelope, draft }, version, extra }
}

export function storedAll(rows: unknown): Stored[] {
  return parse(z.array(z.unknown()), rows).map((row) => storedOf(row))
}

/** Undefined: there is nothing to send here. */
export function claimedOf(row: unknown, conversation: string): Omit<Delivery, 'delivered'> | undefined {
  if (!Array.isArray(row) || row[0] !== 1) return undefined
  const [, key, address, reply, draft, replaces, attempt, parts, replaced] = parse(Claimed, row)
  return {
    key,
    conversation,
    address,
    reply,
    attempt,
    parts,
    replaced,
    ...(draft === null ? {} : { draft }),
    ...(replaces === null ? {} : { replaces }),
  }
}

/** Throws {@link QueueError} `storage` when Redis holds what this driver did not write. */
export function parse<T>(schema: z.ZodType<T>, row: unknown): T {
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  throw new QueueError(
    'storage',
    `What Redis holds of the queue is damaged: ${z.prettifyError(parsed.error)}. Does another program write to this database?`,
  )
}

/** A reply as the scripts take it. */
export function replyRow(outgoing: Outgoing): object {
  const { key, conversation, address, reply, draft, replaces } = outgoing
  const files = filesOf(reply)
  return {
    key: key.toWellFormed(),
    conversation: conversation.toWellFormed(),
    address: JSON.stringify(address),
    adapter: address.adapter,
    reply: JSON.stringify(reply),
    ...(draft === undefined ? {} : { draft: JSON.stringify(draft) }),
    ...(replaces === undefined ? {} : { replaces: replaces.toWellFormed() }),
    ...(files.length === 0 ? {} : { files: JSON.stringify(files) }),
  }
}

function filesOf(reply: Reply): string[] {
  if (reply.kind === 'file') return [reply.path]
  return 'pictures' in reply ? (reply.pictures ?? []).map(({ path }) => path) : []
}

/** Of a message that has ended: nobody can read from it who said what, but see whether it was this. */
export function markOf({ from, text }: Pick<Message, 'from' | 'text'>): string {
  return [from.id, `${from.id}\0${text}`]
    .map((part) => hash('sha256', part, 'base64url').slice(0, 22))
    .join('.')
}
