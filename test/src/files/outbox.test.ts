import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dropFile, keepFile } from '../../../src/files/outbox.ts'
import { openWithin } from '../../../src/files/walls.ts'
import { testDir } from '../../rig/dir.ts'

test.each([
  ['an empty file', ''],
  ['some text', 'some text'],
])('%s is kept as it is, until it is dropped', async (_name, content) => {
  const dir = await testDir()
  await writeFile(join(dir, 'a.txt'), content)
  const outbox = join(dir, 'outbox')
  await using file = await openWithin([{ root: dir, base: dir }], 'a.txt')
  const kept = await keepFile(file, { temporary: join(dir, 'incoming'), outbox })
  expect(kept).toMatchObject({ name: 'a.txt', bytes: content.length })
  expect(await readFile(kept.path, 'utf8')).toBe(content)
  for (const _twice of [1, 2]) await dropFile(kept.path)
  expect(await readdir(outbox)).toEqual([])
})
