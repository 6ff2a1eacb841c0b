/** `parley audit verify`: 0 the log is whole, 1 there is none, 2 it was changed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAudit } from '../../../src/audit/audit.ts'
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
  expect(whole).toMatchObject({ code: 0, err: '' })
  const [, head = ''] = /whole: 3 lines, ending in ([0-9a-f]{64})/.exec(whole.out) ?? []
  expect(await verify('--head', head)).toMatchObject({ code: 0 })
  await writeFile(path, `${lines.slice(0, 2).join('\n')}\n`)
  expect(await verify()).toMatchObject({ code: 0 })
  const cut = await verify('--head', head)
  expect(cut).toMatchObject({ code: 2, out: '' })
  expect(cut.err).toMatch(/does not end as expected/)
})

test.each<[string, (lines: readonly string[]) => readonly string[], RegExp]>([
  [
    'a line was changed',
    ([a = '', b = '', c = '']) => [a, b.replace('two', 'too'), c],
    /Line 3: the line before/,
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

test('no log: 1, with where it was looked for', async () => {
  const dir = await testDir('audit-')
  await writeFile(join(dir, 'config.yaml'), 'dataDir: ./data\n')
  const none = await parley(['audit', 'verify'], { dir })
  expect(none).toMatchObject({ code: 1, out: '' })
  expect(none.err).toMatch(/There is no audit log at .*data\/audit\.jsonl/)
})
