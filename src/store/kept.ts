/** What adapters keep for themselves between runs, each apart from the others. */
import { z } from 'zod'
import type { Keep } from '../contract.ts'
import type { Backend } from './backend.ts'
import { Shelf } from './shelf.ts'

const KeptRecord = z.object({ adapter: z.string(), key: z.string(), value: z.string() })

export interface Kept {
  /** `adapter`: its name. */
  of(adapter: string): Keep
}

export function openKept(backend: Backend): Kept {
  const shelf = new Shelf('kept', KeptRecord, backend)
  return {
    of: (adapter) => {
      const path = (key: string): string => [adapter, key].map(encodeURIComponent).join('/')
      return {
        get: async (key) => (await shelf.get(path(key)))?.value,
        set: (key, value) => shelf.set(path(key), { adapter, key, value }),
        delete: (key) => shelf.deleteMany([path(key)]),
        entries: async function* entries() {
          for await (const kept of shelf.values()) if (kept.adapter === adapter) yield [kept.key, kept.value]
        },
      }
    },
  }
}
