/** What the audit log is told about a prompt. Pure. */
import { createHash } from 'node:crypto'
import type { AuditEntry } from '../audit/audit.ts'
import type { PromptRecord } from '../store/prompt-record.ts'

/** Nothing is allowed by the answers to these: they are not written down, and nobody is reminded of them. */
export function isTrifle({ kind }: Pick<PromptRecord, 'kind'>): boolean {
  return kind === 'mid-turn' || kind === 'rerun' || kind === 'again'
}

/** Does a turn of Claude's wait for the answer? */
export function isAskedByTurn(record: Pick<PromptRecord, 'kind' | 'standing'>): boolean {
  return !isTrifle(record) && record.standing !== true
}

/** Of a text beyond this the front is kept; the hash vouches for the rest. */
const most = 2000

export function auditEntry(event: string, record: PromptRecord, more: object = {}): AuditEntry {
  const { id, kind, conversation, message, requester, second, decides } = record
  const whole = JSON.stringify(decides.input)
  const input = whole.length <= most ? decides.input : { excerpt: whole.slice(0, most).toWellFormed() }
  const inputSha256 = createHash('sha256').update(whole).digest('hex')
  const asked = { prompt: id, kind, conversation, message, requester, second, tool: decides.tool }
  return { event, ...asked, input, inputSha256, ...more }
}
