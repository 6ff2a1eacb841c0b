/** Records to put into a store. */
import type { HistoryEntry, SessionRecord, UsageRecord } from '../../../src/store/records.ts'

export function session(conversation: string, more: Partial<SessionRecord> = {}): SessionRecord {
  const times = { createdAt: 1, lastAt: 2, turns: 3, costUsd: 0.25 }
  return {
    conversation,
    sessionId: `session of ${conversation}`,
    started: true,
    home: 'home',
    ...times,
    ...more,
  }
}

export function entry(text: string): HistoryEntry {
  return { at: 1, role: 'user', user: 'chat:u', text, sessionId: 's' }
}

export const usage: UsageRecord = {
  turns: 1,
  failed: 0,
  estimated: 0,
  costUsd: 0.5,
  inputTokens: 10,
  outputTokens: 20,
  cacheReadTokens: 30,
  cacheWriteTokens: 40,
  durationMs: 50,
}

export const hostile = [
  '',
  ' ',
  'a',
  'a:b',
  'a::b',
  'sessions:a',
  'parley:sessions::a',
  `'; DROP TABLE records; --`,
  '"quoted"',
  '*',
  'a?[b]',
  'a\0b',
  'a\0c',
  '\ud800',
  '\udfff',
  '\ufffd',
  '__proto__',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  'line\nbreak',
  '../../etc/passwd',
  'l'.repeat(100_000),
]

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
