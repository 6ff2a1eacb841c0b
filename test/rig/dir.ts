import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder of this test's own, under the run's folder (see global.ts), removed when the test ends. */
export async function testDir(name = 'dir-'): Promise<string> {
  const root = process.env.PARLEY_TEST_DIR
  if (root === undefined) throw new Error('PARLEY_TEST_DIR is not set: run tests through vitest.config.ts')
  const dir = await mkdtemp(join(root, name))
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}
