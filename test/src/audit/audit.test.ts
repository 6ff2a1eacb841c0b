import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openAudit, verifyAudit } from '../../../src/audit/audit.ts'
import { testDir } from '../../rig/dir.ts'

async function logOf(...texts: readonly string[]): Promise<string> {
  const path = join(await testDir('audit-'), 'audit.jsonl')
  const audit = await openAudit(path)
  await Promise.all(texts.map((text) => audit.append({ event: 'decided', text })))
  await audit.close()
  return path
}

test('a log follows from line to line, across restarts', async () => {
  const path = await logOf('one', 'two\u2028and a half', 'three\n')
  const again = await openAudit(path)
  await again.append({ event: 'decided', text: 'four' })
  await again.close()
  expect(await verifyAudit(path)).toMatchObject({ lines: 4 })
})

test('any change of any byte shows, at the latest in the line behind it', async () => {
  const path = await logOf('one', 'two', 'three')
  const { head } = await verifyAudit(path)
  const whole = await readFile(path)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 2), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ change
      await writeFile(path, changed)
      const verdict = await verifyAudit(path)
      expect(verdict.breach !== undefined || verdict.head !== head).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('a line that is taken out, moved or doubled shows', async () => {
  const path = await logOf('one', 'two', 'three')
  const [one = '', two = '', three = ''] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  for (const lines of [
    [two, three],
    [one, three],
    [one, three, two],
    [one, two, two, three],
  ]) {
    await writeFile(path, `${lines.join('\n')}\n`)
    expect(await verifyAudit(path)).toHaveProperty('breach')
  }
})

test('a line that a crash tore is cut off, and the log goes on', async () => {
  const path = await logOf('one')
  await writeFile(path, '{"seq":2,"at', { flag: 'a' })
  const audit = await openAudit(path)
  await audit.append({ event: 'decided', text: 'two' })
  await audit.close()
  expect(await verifyAudit(path)).toMatchObject({ lines: 2 })
})

test('nothing is added to a log that was changed', async () => {
  const path = await logOf('one', 'two')
  await writeFile(path, (await readFile(path, 'utf8')).replace('one', 'won'))
  await expect(openAudit(path)).rejects.toMatchObject({ name: 'AuditError', code: 'broken' })
})
