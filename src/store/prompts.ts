/** The prompts, by their ids, with a short list of those that still matter. */
import { z } from 'zod'
import type { Backend } from './backend.ts'
import { PromptRecord } from './prompt-record.ts'
import { Shelf } from './shelf.ts'

export interface PromptShelf {
  get(id: string): Promise<PromptRecord | undefined>
  set(record: PromptRecord): Promise<void>
  /** Those that are open, or have ended and are not applied; in no order. */
  live(): Promise<readonly PromptRecord[]>
  /** Forgets those that ended before; milliseconds since 1970. */
  purge(before: number): Promise<void>
}

export function openPrompts(backend: Backend): PromptShelf {
  const records = new Shelf('prompts', PromptRecord, backend)
  // Few, while the records of weeks are many: nobody has to read those to know what is open.
  const marks = new Shelf('prompts-live', z.string(), backend)
  return {
    get: (id) => records.get(id),
    async set(record) {
      // A crash in between leaves a mark too many, never one too few.
      if (isLive(record)) await marks.set(record.id, record.id)
      await records.set(record.id, record)
      if (!isLive(record)) await marks.deleteMany([record.id])
    },
    async live() {
      const ids: string[] = []
      for await (const id of marks.values()) ids.push(id)
      const found = await records.getMany(ids)
      return found.filter((record) => record !== undefined).filter(isLive)
    },
    async purge(before) {
      const past: string[] = []
      for await (const { id, endedAt } of records.values()) {
        if (endedAt !== undefined && endedAt < before) past.push(id)
      }
      if (past.length > 0) await records.deleteMany(past)
    },
  }
}

function isLive({ state, applied }: PromptRecord): boolean {
  return state === 'open' || (state !== 'withdrawn' && !applied)
}
