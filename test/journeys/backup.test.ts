/** An operator backs a running bot up, loses the machine, and goes on elsewhere from the backup. */
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isFinal } from '../fakes/scripted/fake-chat.ts'
import { runParley, startProgramRig } from '../rig/program.ts'
import { parley } from '../src/cli/parley.ts'

test('a backup of a bot under way, restored elsewhere: what was said before it is remembered, what waited is answered', async () => {
  // Without a history: from one, what was said after the backup would be fetched and answered once more.
  const can = ['edit', 'stream', 'find']
  const { dir, chat, config, file, start } = await startProgramRig(
    { claude: { permissionMode: 'bypassPermissions' } },
    { can },
  )
  const first = start()
  await chat.say('ann', 'The word is heron.')
  await chat.seeEnd('ann', /heron/)
  await chat.say('ann', '!write notes.txt from before')
  await chat.until(() => chat.in('ann').filter(isFinal)[1])
  // Cem's turn runs and Bob's message waits behind one of his own while the backup is taken.
  await chat.say('bob', '!slow 4 40')
  await chat.until(() => chat.in('bob')[0])
  await chat.say('bob', '!say Bob was waiting')
  const backup = join(dir, 'backup')
  const taken = await parley(['backup', backup, '--config', file], { dir })
  expect(taken).toMatchObject({ code: 0, err: '' })
  expect(taken.out).toMatch(/queue\.db and store\.db of one instant[^]*Not in it:\n- .*config\.yaml/)

  await chat.say('ann', 'The word is owl.')
  await chat.seeEnd('ann', /owl/)
  await first.kill()

  const elsewhere = join(dir, 'elsewhere.yaml')
  const dataDir = join(dir, 'another place', 'data')
  await writeFile(elsewhere, JSON.stringify({ ...config, dataDir }))
  expect(await parley(['restore', backup, '--config', file], { dir })).toMatchObject({
    code: 1,
    err: expect.stringMatching(/holds data[^]*--replace[^]*not-empty/),
  })
  const restored = await parley(['restore', backup, '--config', elsewhere], { dir })
  expect(restored).toMatchObject({ code: 0, err: '', out: expect.stringContaining('each checked') })

  const second = runParley(['start', '--config', elsewhere], dir)
  await chat.seeEnd('bob', /^Bob was waiting$/)
  const busy = await parley(['restore', backup, '--replace', '--config', elsewhere], { dir })
  expect(busy).toMatchObject({ code: 1, err: expect.stringMatching(/process \d+ already uses/) })
  await chat.say('ann', '!recall')
  const recalled = await chat.seeEnd('ann', /1\./)
  expect(recalled.text).toContain('The word is heron.')
  expect(recalled.text).not.toContain('owl')
  await chat.say('ann', '!bash cat notes.txt')
  await chat.seeEnd('ann', /from before/)
  expect(await second.end()).toBe(0)

  await truncate(join(backup, 'data/queue.db'), 8192)
  const spoilt = await parley(['restore', backup, '--replace', '--config', elsewhere], { dir })
  expect(spoilt).toMatchObject({ code: 1, err: expect.stringMatching(/queue\.db has 8192 bytes[^]*damaged/) })
  expect((await readFile(join(dataDir, 'queue.db'))).length).toBeGreaterThan(8192)
})
