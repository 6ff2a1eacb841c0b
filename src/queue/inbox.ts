/** The inbox: what was accepted, in order, until it has ended. SQL only; who works on it is activations.ts. */
import { hash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { z } from 'zod'
import type { Message, Outcome, Sent } from '../contract.ts'
import type { Account, Envelope } from './port.ts'
import { envelopeOf } from './rows.ts'

/** How long an ended message's id, and a sent reply's key, are remembered. */
export const MEMORY_MS = 8 * 60 * 60 * 1000

const CountRow = z.object({ n: z.number() })
const AccountRow = z.object({
  conversation: z.string(),
  outcome: z.enum(['answered', 'failed', 'cancelled']).nullable(),
  undelivered: z.number(),
})
const MarkRow = z.object({ message: z.string() })
const Spoken = z.object({ from: z.object({ id: z.string() }), text: z.string() })
const ConversationRow = z.object({ conversation: z.string() })

const ENVELOPE = 'id, conversation, message, accepted_at, attempt, excused, draft'
const UNDELIVERED = 'FROM outbox WHERE message_id = inbox.id AND outbox.ended_at IS NULL'

export class Inbox {
  readonly #now: () => number
  readonly #sql: ReturnType<typeof statements>

  constructor(db: DatabaseSync, now: () => number) {
    this.#now = now
    db.function('mark', { deterministic: true }, (message) => markOf(String(message)))
    this.#sql = statements(db)
  }

  /** False: the id is known. `outcome` ends the message at once. */
  insert(id: string, conversation: string, message: Message, outcome?: Outcome): boolean {
    const at = this.#now()
    // An id that comes again after its time is a new message; its old row and replies make way for it.
    if (this.#sql.forget.run(id, at - MEMORY_MS).changes > 0) this.#sql.forgetReplies.run(id)
    const whole = JSON.stringify(message)
    const text = outcome === undefined ? whole : markOf(whole)
    const ended = outcome === undefined ? null : at
    return this.#sql.insert.run(id, conversation, text, at, outcome ?? null, ended).changes > 0
  }

  /** The head of a conversation, with its attempt counted. */
  take(conversation: string): Envelope | undefined {
    const row = this.#sql.take.get(conversation)
    return row === undefined ? undefined : envelopeOf(row)
  }

  /** The attempt that is under way ends because we stop: it speaks against nobody. */
  excuse(id: string): void {
    this.#sql.excuse.run(id)
  }

  /** A message that is open, with its attempt counted. */
  join(id: string, conversation: string): Envelope | undefined {
    const row = this.#sql.join.get(id, conversation)
    return row === undefined ? undefined : envelopeOf(row)
  }

  /** Undoes a {@link join}. */
  putBack(id: string): void {
    this.#sql.putBack.run(id)
  }

  /** Undefined: it has ended, or is not known. */
  open(id: string): Envelope | undefined {
    const row = this.#sql.open.get(id)
    return row === undefined ? undefined : envelopeOf(row)
  }

  amend(id: string, message: Message): void {
    this.#sql.amend.run(JSON.stringify(message), id)
  }

  /** It is answered elsewhere; what was drafted of it is not its own any more. */
  move(id: string, message: Message): void {
    this.#sql.move.run(JSON.stringify(message), id)
  }

  /** Did a message that has ended say this? Undefined: nobody knows, or it was somebody else's. */
  said(id: string, { from, text }: Pick<Message, 'from' | 'text'>): boolean | undefined {
    const row = this.#sql.ended.get(id)
    const [author, whole] = row === undefined ? [] : MarkRow.parse(row).message.split('.')
    const mark = markOf(JSON.stringify({ from, text })).split('.')
    return author === mark[0] ? whole === mark[1] : undefined
  }

  setDraft(id: string, sent: Sent): void {
    this.#sql.draft.run(JSON.stringify(sent), id)
  }

  /** Ends a message and lets go of its text. False: it has ended before. */
  end(id: string, outcome: Outcome): boolean {
    return this.#sql.end.run(outcome, this.#now(), id).changes > 0
  }

  /** `most`: of a flood nobody reads the rest. */
  waiting(conversation: string, most?: number): Envelope[] {
    // Below zero: all.
    return this.#sql.waiting.all(conversation, most ?? -1).map((row) => envelopeOf(row))
  }

  /** `running` is for the caller to tell: it is no matter of the disk. */
  account(id: string): Account | undefined {
    const row = this.#sql.account.get(id)
    if (row === undefined) return undefined
    const { conversation, outcome, undelivered } = AccountRow.parse(row)
    return { id, conversation, state: outcome ?? 'waiting', undelivered }
  }

  has(conversation: string): boolean {
    return this.#sql.head.get(conversation) !== undefined
  }

  /** Conversations with open messages, the one with the oldest head first. */
  conversations(): string[] {
    return this.#sql.conversations.all().map((row) => ConversationRow.parse(row).conversation)
  }

  count(): number {
    return CountRow.parse(this.#sql.count.get()).n
  }

  isEmpty(): boolean {
    return this.#sql.any.get() === undefined
  }

  /** Forgets up to `limit` ids whose time has passed and whose replies have arrived. Returns how many. */
  purge(limit: number): number {
    return Number(this.#sql.purge.run(this.#now() - MEMORY_MS, limit).changes)
  }
}

/** Of a message that has ended: nobody can read from it who said what, but see whether it was this. */
function markOf(message: string): string {
  const { from, text } = Spoken.parse(JSON.parse(message))
  return [from.id, `${from.id}\0${text}`]
    .map((part) => hash('sha256', part, 'base64url').slice(0, 22))
    .join('.')
}

function statements(
  db: DatabaseSync,
): Record<
  | 'forget'
  | 'forgetReplies'
  | 'insert'
  | 'take'
  | 'excuse'
  | 'join'
  | 'putBack'
  | 'open'
  | 'ended'
  | 'amend'
  | 'move'
  | 'draft'
  | 'end'
  | 'waiting'
  | 'account'
  | 'head'
  | 'conversations'
  | 'count'
  | 'any'
  | 'purge',
  StatementSync
> {
  return {
    forget: db.prepare(
      `DELETE FROM inbox WHERE id = ? AND accepted_at < ? AND ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 ${UNDELIVERED})`,
    ),
    forgetReplies: db.prepare('DELETE FROM outbox WHERE message_id = ?'),
    insert: db.prepare(
      `INSERT INTO inbox (id, conversation, message, accepted_at, outcome, ended_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    ),
    take: db.prepare(
      `UPDATE inbox SET attempt = attempt + 1 WHERE seq =
         (SELECT seq FROM inbox WHERE conversation = ? AND ended_at IS NULL ORDER BY seq LIMIT 1)
       RETURNING ${ENVELOPE}`,
    ),
    excuse: db.prepare('UPDATE inbox SET excused = excused + 1 WHERE id = ? AND ended_at IS NULL'),
    join: db.prepare(
      `UPDATE inbox SET attempt = attempt + 1 WHERE id = ? AND conversation = ? AND ended_at IS NULL RETURNING ${ENVELOPE}`,
    ),
    putBack: db.prepare('UPDATE inbox SET attempt = attempt - 1 WHERE id = ? AND ended_at IS NULL'),
    open: db.prepare(`SELECT ${ENVELOPE} FROM inbox WHERE id = ? AND ended_at IS NULL`),
    ended: db.prepare('SELECT message FROM inbox WHERE id = ? AND ended_at IS NOT NULL'),
    amend: db.prepare('UPDATE inbox SET message = ? WHERE id = ? AND ended_at IS NULL'),
    move: db.prepare('UPDATE inbox SET message = ?, draft = NULL WHERE id = ? AND ended_at IS NULL'),
    draft: db.prepare('UPDATE inbox SET draft = ? WHERE id = ? AND ended_at IS NULL'),
    end: db.prepare(
      `UPDATE inbox SET outcome = ?, ended_at = ?, message = mark(message), draft = NULL WHERE id = ? AND ended_at IS NULL`,
    ),
    waiting: db.prepare(
      `SELECT ${ENVELOPE} FROM inbox WHERE conversation = ? AND ended_at IS NULL ORDER BY seq LIMIT ?`,
    ),
    account: db.prepare(
      `SELECT conversation, outcome, (SELECT count(*) ${UNDELIVERED}) AS undelivered FROM inbox WHERE id = ?`,
    ),
    head: db.prepare('SELECT 1 FROM inbox WHERE conversation = ? AND ended_at IS NULL LIMIT 1'),
    conversations: db.prepare(
      'SELECT conversation FROM inbox WHERE ended_at IS NULL GROUP BY conversation ORDER BY min(seq)',
    ),
    count: db.prepare('SELECT count(*) AS n FROM inbox WHERE ended_at IS NULL'),
    any: db.prepare('SELECT 1 FROM inbox WHERE ended_at IS NULL LIMIT 1'),
    purge: db.prepare(
      `DELETE FROM inbox WHERE seq IN (SELECT seq FROM inbox WHERE ended_at < ?
         AND NOT EXISTS (SELECT 1 ${UNDELIVERED}) ORDER BY ended_at LIMIT ?)`,
    ),
  }
}
