/** What README and docs/http.md show of the HTTP API runs as it stands there: curl, and both official packages. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { startStandIn } from '../../src/demo/stand-in.ts'
import { testDir } from '../rig/dir.ts'
import { secrets, startHttpRig } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'
import { quickClaude } from '../rig/quick-cli.ts'

const root = new URL('../../', import.meta.url)

/** Blocks of this language, of both pages. */
async function blocks(language: string): Promise<string[]> {
  const pages = await Promise.all(
    ['README.md', 'docs/http.md'].map((page) => readFile(new URL(page, root), 'utf8')),
  )
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  return pages.flatMap((page) => Array.from(page.matchAll(fence), ([, code = '']) => code))
}

interface Ran {
  readonly output: string
  readonly errors: string
  readonly exitCode: number | null
}

async function run(command: string, args: readonly string[], cwd: string): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? '', HOME: cwd, KEY: secrets.ops }
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
  await exit
  return { output, errors, exitCode: child.exitCode }
}

describeWith('curl', 'curl', () => {
  test('what is typed into a shell asks, and is answered', async () => {
    const { url } = await startHttpRig({ claude: quickClaude })
    const dir = await testDir('shell-')
    const asking = (await blocks('sh')).filter((code) => /^curl /m.test(code))
    expect(asking).toHaveLength(2)
    for (const code of asking) {
      // The bot runs, and has its key.
      const typed = code
        .replaceAll(/^(npm start|export KEY=.*)$/gm, '')
        .replaceAll('localhost:8080', new URL(url).host)
      const { output, exitCode } = await run('bash', ['-euc', typed], dir)
      expect([exitCode, output]).toEqual([0, expect.stringMatching(/"success":true|event: complete/)])
      expect(output).not.toContain('urn:parley:')
    }
  })
})

test('programs on both official packages say what they were told', async () => {
  const there = await startStandIn()
  onTestFinished(() => there.close())
  const gateway = { url: there.url, key: 'the-gateways-own-key' }
  const { url } = await startHttpRig({ claude: quickClaude, adapters: { http: { gateway } } })
  const dir = await testDir('programs-')
  await symlink(new URL('node_modules', root), join(dir, 'node_modules'))
  const programs = (await blocks('ts')).filter((code) => code.includes('localhost:8080'))
  expect(programs).toHaveLength(4)
  for (const [n, code] of programs.entries()) {
    const file = join(dir, `${n}.ts`)
    await writeFile(file, code.replaceAll('http://localhost:8080', url))
    const { output, errors, exitCode } = await run(process.execPath, [file], dir)
    expect([exitCode, errors]).toEqual([0, ''])
    expect(output.trim()).not.toBe('')
    expect(output).not.toContain('undefined')
  }
})
