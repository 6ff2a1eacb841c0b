/** A process of its own for the store's tests: `fill` the disk, or `write` until killed. */
import { writeSync } from 'node:fs'
import { StoreError, openStore } from '../../../src/store/store.ts'
import type { Store } from '../../../src/store/store.ts'
import { entry, session } from './values.ts'

const [, , verb, file = ''] = process.argv
const store = await openStore({ file })
await (verb === 'fill' ? fill(store) : write(store))

/** Appends 50 KB at a time until long after the disk is full; reports what was kept. */
async function fill(store: Store): Promise<void> {
  const kept: string[] = []
  const errors: string[] = []
  for (let n = 0; n < 30; n++) {
    try {
      await store.history.append('c', [entry(`${n} ${'x'.repeat(50_000)}`)])
      kept.push(String(n))
    } catch (error) {
      errors.push(error instanceof StoreError ? `${error.name} ${error.code}` : String(error))
    }
  }
  process.send?.({ kept, errors })
  process.disconnect()
}

async function write(store: Store): Promise<void> {
  for (let turns = 1; ; turns++) {
    await store.history.append('c', [entry(String(turns))])
    await store.sessions.set(session('c', { turns }))
    writeSync(1, `${turns}\n`)
  }
}
