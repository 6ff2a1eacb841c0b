/** Short-lived codes by which people prove something, and how often somebody has guessed. */
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { CodeRecord } from './records.ts'
import { Shelf } from './shelf.ts'

export interface Codes {
  get(code: string): Promise<CodeRecord | undefined>
  set(record: CodeRecord): Promise<void>
  /** Lets go of codes that are used or expired. */
  delete(codes: readonly string[]): Promise<void>
  /** In no order, expired ones too. */
  all(): AsyncIterable<CodeRecord>
  /** When somebody entered a wrong code, milliseconds since 1970. */
  guesses(id: string): Promise<readonly number[]>
  setGuesses(id: string, times: readonly number[]): Promise<void>
}

export function openCodes(backend: Backend): Codes {
  const codes = new Shelf('codes', CodeRecord, backend)
  const guesses = new Shelf('guesses', z.array(z.number()), backend)
  return {
    get: (code) => codes.get(code),
    set: (record) => codes.set(record.code, record),
    delete: (keys) => codes.deleteMany(keys),
    all: () => codes.values(),
    guesses: async (id) => (await guesses.get(id)) ?? [],
    setGuesses: (id, times) => guesses.set(id, [...times]),
  }
}
