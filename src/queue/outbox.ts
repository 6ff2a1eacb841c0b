/** The outbox: replies until they stand in the chat. SQL only; who sends them is deliveries.ts. */
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { z } from 'zod'
import type { Sent } from '../contract.ts'
import { MEMORY_MS } from './inbox.ts'
import type { Outgoing } from './port.ts'
import { waitingOf } from './rows.ts'
import type { Waiting } from './rows.ts'

const CountRow = z.object({ n: z.number() })
const PathRow = z.object({ path: z.string() })
const ConversationRow = z.object({ conversation: z.string() })

/** A prompt may stand for weeks before it is settled by an edit: longer than any may wait for an answer. */
const PROMPT_MEMORY_MS = 30 * 24 * 60 * 60 * 1000

export class Outbox {
  readonly #now: () => number
  readonly #sql: ReturnType<typeof statements>

  constructor(db: DatabaseSync, now: () => number) {
    this.#now = now
    this.#sql = statements(db)
  }

  /** Adds replies to message `messageId` (null: to none). A key that is known is passed over. Returns how many are new. */
  add(replies: readonly Outgoing[], messageId: string | null): number {
    let added = 0
    for (const { key, conversation, address, reply, draft, replaces } of replies) {
      const draftText = draft === undefined ? null : JSON.stringify(draft)
      const { changes } = this.#sql.add.run(
        key.toWellFormed(),
        conversation.toWellFormed(),
        messageId,
        JSON.stringify(address),
        JSON.stringify(reply),
        draftText,
        replaces?.toWellFormed() ?? null,
      )
      added += Number(changes)
    }
    return added
  }

  /** The first reply that a conversation waits for, with its attempt counted. */
  take(conversation: string): Waiting | undefined {
    const row = this.#sql.take.get(conversation)
    return row === undefined ? undefined : waitingOf(row)
  }

  addPart(seq: number, part: Sent): void {
    this.#sql.part.run(JSON.stringify(part), seq)
  }

  /** Ends a reply and lets go of its text. True: its conversation has more. */
  end(seq: number, conversation: string): boolean {
    this.#sql.end.run(this.#now(), seq)
    return this.#sql.head.get(conversation) !== undefined
  }

  /** Conversations with open replies, the one with the oldest first. */
  conversations(): string[] {
    return this.#sql.conversations.all().map((row) => ConversationRow.parse(row).conversation)
  }

  count(): number {
    return CountRow.parse(this.#sql.count.get()).n
  }

  /** Open replies of one conversation. */
  countOf(conversation: string): number {
    return CountRow.parse(this.#sql.countOf.get(conversation)).n
  }

  /** Paths of the files among the open replies. */
  files(): string[] {
    return this.#sql.files.all().map((row) => PathRow.parse(row).path)
  }

  isEmpty(): boolean {
    return this.#sql.any.get() === undefined
  }

  /** Forgets up to `limit` keys whose time has passed. Returns how many. */
  purge(limit: number): number {
    return Number(this.#sql.purge.run(this.#now() - MEMORY_MS, this.#now() - PROMPT_MEMORY_MS, limit).changes)
  }
}

function statements(
  db: DatabaseSync,
): Record<
  | 'add'
  | 'take'
  | 'part'
  | 'end'
  | 'head'
  | 'conversations'
  | 'count'
  | 'countOf'
  | 'files'
  | 'any'
  | 'purge',
  StatementSync
> {
  return {
    add: db.prepare(
      `INSERT INTO outbox (key, conversation, message_id, address, reply, draft, replaces) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO NOTHING`,
    ),
    take: db.prepare(
      `UPDATE outbox SET attempt = attempt + 1 WHERE seq =
         (SELECT seq FROM outbox WHERE conversation = ? AND ended_at IS NULL ORDER BY seq LIMIT 1)
       RETURNING seq, key, conversation, address, reply, draft, replaces, parts, attempt,
         (SELECT parts FROM outbox AS earlier WHERE earlier.key = outbox.replaces) AS replaced`,
    ),
    part: db.prepare(`UPDATE outbox SET parts = json_insert(parts, '$[#]', json(?)) WHERE seq = ?`),
    end: db.prepare(
      `UPDATE outbox SET ended_at = ?, reply = '', address = '', draft = NULL WHERE seq = ? AND ended_at IS NULL`,
    ),
    head: db.prepare('SELECT 1 FROM outbox WHERE conversation = ? AND ended_at IS NULL LIMIT 1'),
    conversations: db.prepare(
      'SELECT conversation FROM outbox WHERE ended_at IS NULL GROUP BY conversation ORDER BY min(seq)',
    ),
    count: db.prepare('SELECT count(*) AS n FROM outbox WHERE ended_at IS NULL'),
    countOf: db.prepare('SELECT count(*) AS n FROM outbox WHERE conversation = ? AND ended_at IS NULL'),
    files: db.prepare(
      // An ended reply is no JSON any more: SQLite must not look at it, in whatever order it takes the conditions.
      `SELECT CASE WHEN ended_at IS NULL THEN reply ->> 'path' END AS path, seq FROM outbox
         WHERE ended_at IS NULL AND CASE WHEN ended_at IS NULL THEN reply ->> 'kind' END = 'file'
       UNION ALL
       SELECT picture.value ->> 'path' AS path, seq FROM outbox,
         json_each(CASE WHEN ended_at IS NULL THEN reply ELSE '{}' END, '$.pictures') AS picture
         WHERE ended_at IS NULL
       ORDER BY seq`,
    ),
    any: db.prepare('SELECT 1 FROM outbox WHERE ended_at IS NULL LIMIT 1'),
    purge: db.prepare(
      `DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox
         WHERE ended_at < ? AND (key NOT LIKE 'prompt/%' OR ended_at < ?) ORDER BY ended_at LIMIT ?)`,
    ),
  }
}
