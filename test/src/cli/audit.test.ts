/** `parley audit verify`: 0 the log is whole, 1 there is none, 2 it was changed. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAudit } from '../../../src/audit/audit.ts'
import { hashOf } from '../../../src/audit/chain.ts'
import { oldLog } from '../../rig/audit-log.ts'
import { testDir } from '../../rig/dir.ts'
import { type Ended, parley } from './parley.ts'

interface Logged {
  readonly path: string
  readonly lines: readonly string[]
  readonly verify: (...more: readonly string[]) => Promise<Ended>
}

async function logOfThree(): Promise<Logged> {
  const dir = await testDir('audit-')
  await writeFile(join(dir, 'config.yaml'), 'dataDir: ./data\n')
  await mkdir(join(dir, 'data'))
  const path = join(dir, 'data/audit.jsonl')
  const audit = await openAudit(path)
  for (const text of ['one', 'two', 'three']) await audit.append({ event: 'decided', text })
  await audit.close()
  const lines = (await readFile(path, 'utf8')).trim().split('\n')
  return { path, lines, verify: (...more) => parley(['audit', 'verify', ...more], { dir }) }
}

test('a whole log: 0, with the head to keep elsewhere; that head shows later that nothing was cut off', async () => {
  const { path, lines, verify } = await logOfThree()
  const whole = await verify()
  expect(whole).toMatchObject({ code: 0, err: '', out: expect.not.stringContaining('vouch') })
  const [, head = ''] = /whole: 4 lines, ending in ([0-9a-f]{64})/.exec(whole.out) ?? []
  expect(await verify('--head', head)).toMatchObject({ code: 0 })
  await writeFile(path, `${lines.slice(0, 3).join('\n')}\n`)
  const cut = await verify()
  expect(cut).toMatchObject({ code: 2, out: '' })
  expect(cut.err).toMatch(/Line 4: it is missing/)
  // Whoever cut it has also changed what stands beside it.
  await writeFile(`${path}.head`, `${'3'.padStart(16)} ${hashOf(lines[2] ?? '')}\n`)
  expect(await verify()).toMatchObject({ code: 0 })
  const known = await verify('--head', head)
  expect(known).toMatchObject({ code: 2, out: '' })
  expect(known.err).toMatch(/does not end as expected/)
})

test('a log that was removed: 2; a line that a crash tore: 0, and it is named', async () => {
  const { path, verify } = await logOfThree()
  await writeFile(path, '{"seq":5', { flag: 'a' })
  const torn = await verify()
  expect(torn).toMatchObject({ code: 0, out: expect.stringMatching(/4 lines[^]*8 bytes of a line/) })
  await rm(path)
  const removed = await verify()
  expect(removed).toMatchObject({ code: 2, err: expect.stringMatching(/was removed: it had 4 lines/) })
})

test.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
  [
    'a line was changed',
    ([begun = '', a = '', b = '', c = '']) => [begun, a, b.replace('two', 'too'), c],
    /Line 4: the line before/,
  ],
  ['a line was cut out', ([a = '', , c = '']) => [a, c], /Line 2: it has the number 3, not 2/],
  ['lines were moved', ([a = '', b = '', c = '']) => [a, c, b], /Line 2: it has the number 3, not 2/],
  ['the front was cut off', ([, b = '', c = '']) => [b, c], /Line 1: it has the number 2, not 1/],
  ['a line is no entry', ([a = '', ...rest]) => [a, '{}', ...rest], /Line 2: it is no entry/],
  ['a line is cut short', ([a = '', b = '', c = '']) => [a, b.slice(0, 20), c], /Line 2: it is not JSON/],
])('%s: 2, with the line and what is wrong with it', async (_name, change, words) => {
  const { path, lines, verify } = await logOfThree()
  await writeFile(path, `${change(lines).join('\n')}\n`)
  const found = await verify()
  expect(found).toMatchObject({ code: 2, out: '' })
  expect(found.err).toMatch(words)
})

test('a log of an older version: 0, with what nobody can vouch for, before and after the first start', async () => {
  const { path, verify } = await logOfThree()
  await rm(`${path}.head`)
  await writeFile(path, oldLog('one', 'two'))
  const before = await verify()
  expect(before).toMatchObject({ code: 0, out: expect.stringMatching(/2 lines[^]*not kept so far/) })
  await (await openAudit(path)).close()
  const after = await verify()
  expect(after).toMatchObject({ code: 0, out: expect.stringMatching(/3 lines[^]*kept since line 3/) })
})

test('no log: 1, with where it was looked for', async () => {
  const dir = await testDir('audit-')
  await writeFile(join(dir, 'config.yaml'), 'dataDir: ./data\n')
  const none = await parley(['audit', 'verify'], { dir })
  expect(none).toMatchObject({ code: 1, out: '' })
  expect(none.err).toMatch(/There is no audit log at .*data\/audit\.jsonl/)
})
