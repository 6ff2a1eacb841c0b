import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { fileKeep } from '../../../src/files/keep.ts'
import { testDir } from '../../rig/dir.ts'

test('a kept file outlives its original, is put twice as once, and goes when it is let go', async () => {
  const dir = await testDir()
  const keep = fileKeep(join(dir, 'kept'))
  await writeFile(join(dir, 'a'), 'content')
  const id = '../../elsewhere'
  await keep.put(id, join(dir, 'a'))
  await keep.put(id, join(dir, 'a'))
  await rm(join(dir, 'a'))
  expect(await readdir(join(dir, 'kept'))).toHaveLength(1)
  expect((await stat(join(dir, 'kept'))).mode & 0o777).toBe(0o700)
  const found = await keep.open(id)
  expect([found?.bytes, found && (await text(found.stream))]).toEqual([7, 'content'])
  await keep.delete(id)
  await keep.delete(id)
  expect(await keep.open(id)).toBeUndefined()
  await expect(keep.put(id, join(dir, 'a'))).rejects.toThrow('ENOENT')
})
