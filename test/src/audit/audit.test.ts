import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openAudit, verifyAudit } from '../../../src/audit/audit.ts'
import { oldLog } from '../../rig/audit-log.ts'
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
  expect(await verifyAudit(path)).toMatchObject({ lines: 5, since: 1 })
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
  const [begun = '', one = '', two = '', three = ''] = (await readFile(path, 'utf8')).trimEnd().split('\n')
  for (const lines of [
    [one, two, three],
    [begun, two, three],
    [begun, one, three],
    [begun, one, three, two],
    [begun, one, two, two, three],
  ]) {
    await writeFile(path, `${lines.join('\n')}\n`)
    expect(await verifyAudit(path)).toHaveProperty('breach')
  }
})

test('a line that a crash tore is cut off, the log says so and goes on', async () => {
  const path = await logOf('one')
  const torn = '{"seq":2,"at'
  await writeFile(path, torn, { flag: 'a' })
  expect(await verifyAudit(path)).toMatchObject({ lines: 2, torn: torn.length })
  const audit = await openAudit(path)
  await audit.append({ event: 'decided', text: 'two' })
  await audit.close()
  expect(await verifyAudit(path)).toMatchObject({ lines: 4, torn: 0 })
  const [, , note = ''] = (await readFile(path, 'utf8')).split('\n')
  expect(JSON.parse(note)).toMatchObject({ event: 'torn', bytes: torn.length })
})

test.each<[string, (whole: Buffer, lastBegins: number) => Buffer | undefined]>([
  ['cut off at the end of a line', (whole, last) => whole.subarray(0, last)],
  ['cut off in the middle of a line', (whole, last) => whole.subarray(0, last + 20)],
  ['cut off before the last line feed', (whole) => whole.subarray(0, -1)],
  ['emptied', () => Buffer.alloc(0)],
  ['removed', () => undefined],
])('a log that was %s is not gone on with', async (_how, shorten) => {
  const path = await logOf('one', 'two', 'three')
  const whole = await readFile(path)
  const shortened = shorten(whole, whole.lastIndexOf('\n', -2) + 1)
  if (shortened === undefined) await rm(path)
  else await writeFile(path, shortened)
  await expect(openAudit(path)).rejects.toMatchObject({ name: 'AuditError', code: 'broken' })
})

test('without the file that says how far it was written a log is not gone on with', async () => {
  const path = await logOf('one')
  await rm(`${path}.head`)
  expect(await verifyAudit(path)).toHaveProperty('breach')
  await expect(openAudit(path)).rejects.toMatchObject({ code: 'broken' })
})

test('a log of an older version is gone on with as it is, and says from where on its length is kept', async () => {
  const path = join(await testDir('audit-'), 'audit.jsonl')
  const older = oldLog('one', 'two')
  await writeFile(path, older)
  expect(await verifyAudit(path)).toEqual({ lines: 2, head: expect.any(String), torn: 0 })
  for (const _start of ['first', 'second']) await (await openAudit(path)).close()
  expect(await verifyAudit(path)).toMatchObject({ lines: 3, since: 3 })
  await writeFile(path, older)
  await expect(openAudit(path)).rejects.toMatchObject({ code: 'broken' })
})

test('a log that was written a line further than that file says goes on: a crash came in between', async () => {
  const path = await logOf('one')
  const before = await readFile(`${path}.head`)
  const audit = await openAudit(path)
  await audit.append({ event: 'decided', text: 'two' })
  await audit.close()
  await writeFile(`${path}.head`, before)
  await (await openAudit(path)).close()
  await writeFile(path, '')
  expect(await verifyAudit(path)).toMatchObject({ breach: { line: 1 } })
})

test('nothing is added to a log that was changed', async () => {
  const path = await logOf('one', 'two')
  await writeFile(path, (await readFile(path, 'utf8')).replace('one', 'won'))
  await expect(openAudit(path)).rejects.toMatchObject({ name: 'AuditError', code: 'broken' })
})
