import { expect, test } from 'vitest'
import type { Backend } from '../../../src/store/backend.ts'
import { StoreError } from '../../../src/store/error.ts'
import { SessionRecord } from '../../../src/store/records.ts'
import { Shelf } from '../../../src/store/shelf.ts'
import { session } from './values.ts'

/** A backend whose every operation does this. */
function backend(operation: () => Promise<unknown>): Backend {
  const adapter = {
    get: operation,
    getMany: operation,
    set: operation,
    setMany: operation,
    delete: operation,
  }
  return {
    adapter: () => ({ ...adapter, deleteMany: operation, clear: operation }),
    async *keys() {},
    run: (work) => work(),
    failure: (error, doing) => new StoreError('failed', `could not ${doing}: ${String(error)}`),
    close: async () => {},
  }
}

test('a write that is refused without a word is an error', async () => {
  const shelf = new Shelf(
    'sessions',
    SessionRecord,
    backend(async () => false),
  )
  const failed = { name: 'StoreError', code: 'failed' }
  await expect(shelf.set('a', session('a'))).rejects.toMatchObject(failed)
  const many = backend(async () => [true, false])
  const both = [
    ['a', session('a')],
    ['b', session('b')],
  ] as const
  await expect(new Shelf('sessions', SessionRecord, many).setMany(both)).rejects.toMatchObject(failed)
})

test('whatever a backend throws is an error that says what was being done', async () => {
  const broken = backend(async () => {
    throw new Error('the cable is cut')
  })
  const shelf = new Shelf('sessions', SessionRecord, broken)
  await expect(shelf.get('key')).rejects.toThrow('could not read sessions "key": Error: the cable is cut')
  await expect(shelf.getMany(['key', 'b'])).rejects.toThrow('could not read sessions "key"')
  await expect(shelf.set('key', session('a'))).rejects.toThrow('could not write sessions "key"')
  await expect(shelf.deleteMany(['key'])).rejects.toThrow('could not delete sessions "key"')
})
