/** The record of a session that begins, or begins again because the CLI does not know it. Pure but for the id. */
import { randomUUID } from 'node:crypto'
import type { ClaudeErrorCode } from '../claude/turn.ts'
import type { SessionRecord } from '../store/records.ts'

/** How many sessions that were lost, one after the other, are looked through. */
const mostFollowed = 10

/** `now`: milliseconds since 1970. */
export function newSession(conversation: string, home: string, now: number): SessionRecord {
  return {
    conversation,
    sessionId: randomUUID(),
    started: false,
    home,
    createdAt: now,
    lastAt: now,
    turns: 0,
    costUsd: 0,
  }
}

/** What a new session takes over from the one before: choices of model, mode, effort and folder, and what was wished for. */
export function chosenIn(before: SessionRecord | undefined): Partial<SessionRecord> {
  const { model, permissionMode, effort, folder, wish } = before ?? {}
  const kept = Object.entries({ model, permissionMode, effort, folder, wish })
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined))
}

/** The record with which a start succeeds that failed with this code; undefined: there is none. */
export function mendedAfter(code: ClaudeErrorCode, failed: SessionRecord): SessionRecord | undefined {
  if (code === 'session-in-use') return { ...failed, started: true }
  if (code !== 'unknown-session') return undefined
  const { forkOf, ...record } = failed
  const lost = [record.sessionId, ...(forkOf === undefined ? [] : [forkOf]), ...(record.follows ?? [])]
  return { ...record, sessionId: randomUUID(), started: false, follows: lost.slice(0, mostFollowed) }
}
