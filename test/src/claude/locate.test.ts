import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { locate } from '../../../src/claude/locate.ts'
import { isAtLeast, testedVersion } from '../../../src/claude/versions.ts'
import { testDir } from '../../rig/dir.ts'

const fake = fileURLToPath(new URL('fake-cli.mjs', import.meta.url))

afterEach(() => vi.unstubAllEnvs())

test('the pinned one is found, as the program itself and not as a script that starts it', async () => {
  const { path, version, tested } = await locate()
  expect({ version, tested }).toEqual({ version: testedVersion, tested: true })
  expect(path).toMatch(/claude-code-[a-z]+-[a-z0-9]+(-musl)?\/claude$/)
})

test('a name is looked up on PATH', async () => {
  const dir = await testDir('bin-')
  await copyFile(fake, join(dir, 'my-claude'))
  vi.stubEnv('PATH', `/nowhere:${dir}:${process.env.PATH}`)
  expect(await locate('my-claude')).toMatchObject({ path: join(dir, 'my-claude'), version: '2.1.329' })
})

test('a script of the npm package gives way to the program beside it', async () => {
  const dir = await testDir('npm-')
  const scope = join(dir, 'node_modules', '@anthropic-ai')
  const platform = join(scope, `claude-code-${process.platform}-${process.arch}`)
  const script = join(scope, 'claude-code', 'cli-wrapper.cjs')
  for (const folder of [platform, dirname(script)]) await mkdir(folder, { recursive: true })
  await writeFile(script, '#!/bin/sh\nexit 1\n')
  await chmod(script, 0o755)
  await writeFile(join(platform, 'package.json'), '{}')
  await copyFile(fake, join(platform, 'claude'))
  await symlink(script, join(dir, 'claude'))
  expect((await locate(join(dir, 'claude'))).path).toBe(join(platform, 'claude'))
})

test('what is not there is told with where it was looked for, and found once it is', async () => {
  const dir = await testDir('bin-')
  const path = join(dir, 'claude')
  await expect(locate(path)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(path),
  })
  await copyFile(fake, path)
  expect((await locate(path)).path).toBe(path)
})

test('another program is not taken for it', async () => {
  await expect(locate('true')).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('is not the Claude CLI'),
  })
})

test('versions are compared as numbers', () => {
  expect(isAtLeast('2.1.197', '2.1.197')).toBe(true)
  expect(isAtLeast('2.1.1000', '2.1.329')).toBe(true)
  expect(isAtLeast('2.1.99', '2.1.197')).toBe(false)
  expect(isAtLeast('2.0.300', '2.1.197')).toBe(false)
  expect(isAtLeast('3.0.0', '2.1.197')).toBe(true)
})
