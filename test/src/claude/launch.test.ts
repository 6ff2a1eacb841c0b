/** What a session's process is shown of the disk. */
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { prepareCommand } from '../../../src/claude/launch.ts'
import type { Sandbox, Walls } from '../../../src/sandbox/port.ts'
import { testDir } from '../../rig/dir.ts'
import { quiet } from '../broker/quiet.ts'
import { startRig } from './rig.ts'

const fake = fileURLToPath(new URL('fake-cli.mjs', import.meta.url))

async function readableWith(command: string): Promise<Walls['readable']> {
  const { options } = await startRig()
  const seen: Walls[] = []
  const sandbox: Sandbox = {
    name: 'bwrap',
    missing: [],
    wrap: (wrapped, walls) => (seen.push(walls), wrapped),
  }
  await prepareCommand(options({ claude: { command } }), { PATH: process.env.PATH }, quiet, { sandbox })
  return seen.flatMap(({ readable }) => readable)
}

test('of a CLI that lies in a home nothing but itself is shown, of one in a package what lies beside it', async () => {
  const home = await testDir('home-')
  const own = join(home, 'claude')
  await copyFile(fake, own)
  expect(await readableWith(own)).toEqual([own, process.execPath])
  const folder = join(home, 'node_modules', 'some-cli')
  await mkdir(folder, { recursive: true })
  await copyFile(fake, join(folder, 'claude'))
  expect(await readableWith(join(folder, 'claude'))).toEqual([folder, process.execPath])
})
