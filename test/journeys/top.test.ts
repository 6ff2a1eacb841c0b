/** `parley top`: the whole bot on a full screen, in a real terminal. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { startRig } from '../rig/bot.ts'
import { cuttable } from '../rig/cuttable.ts'
import { testDir } from '../rig/dir.ts'
import { Client, secrets } from '../rig/http.ts'
import { describeWith } from '../rig/needs.ts'
import { freePort } from '../rig/port.ts'
import { parley } from '../src/cli/parley.ts'
import { openTerminal } from '../src/cli/tmux.ts'

const patient = { timeout: 20_000 }

describeWith('tmux', 'in a terminal', () => {
  test('a running turn is seen and stopped, a request allowed, a task moved, the bot drained, a lost server told of', async () => {
    const port = await freePort()
    const apiKeys = { ann: { key: secrets.ann }, ops: { key: secrets.ops, scope: 'operate' } }
    const http = { port, apiKeys, tasks: { concurrency: 1 } }
    const { chat } = await startRig({ adapters: { http } })
    const { url, cut, mend } = await cuttable(`http://127.0.0.1:${port}`)
    const ann = new Client(`http://127.0.0.1:${port}`, secrets.ann)
    const dir = await testDir()
    await writeFile(join(dir, 'key'), secrets.ops)
    const top = await openTerminal(['top', '--server', url, '--key-file', 'key'], dir, { NO_COLOR: '1' })

    await top.sees(/parley \d[^]*running · up [^]*scripted ✓ · http ✓/)
    await top.sees(/\[1 turns\][^]*2 approvals[^]*7 settings[^]*↑↓ · s stop · 1-7 tab · d drain · q quit$/)
    // What somebody writes cannot steer the terminal.
    await chat.say('kim', '!slow 100 1000')
    await top.sees(/1 turns \(1\)[^]*❯ works +scripted:kim [^]*word2 /)
    expect(await top.styled()).not.toContain('\u001b')
    await top.press('s')
    await top.sees(/Stop what runs there\? y · any other key: no/)
    await top.press('n')
    await top.press('s')
    await top.press('y')
    await top.sees(/\nStopped\./)
    await chat.seeEnd('kim', /Stopped/)

    await chat.say('kim', '!write made.txt \u001b[31mred\u202e')
    await top.press('2')
    const asked = await top.sees(/❯ \d+s +scripted:kim +Write +[^]*made\.txt[^]*a allow · x deny/)
    expect(asked).toContain('⟨U+001B⟩[31mred⟨U+202E⟩')
    await top.press('Enter')
    await top.sees(/1 Allow once · 2 [^]*any other key: no/)
    await top.press('n')
    await top.press('a')
    await top.sees(/\nDecided\./)
    await chat.seeEnd('kim', /made\.txt|written|wrote|done/i)

    await ann.post('/api/v1/tasks', { id: 'long', text: '!slow 100 1000' })
    await ann.post('/api/v1/tasks', { id: 'short', text: '!say Short.' })
    await top.press('3')
    await top.sees(/❯ 5 +waiting +ann +\d+s +short/)
    await top.press('+')
    await top.sees(/❯ 6 +waiting +ann +\d+s +short[^]*Priority 6\./)
    await top.press('Down')
    await top.press('c')
    await top.sees(/End the task long of ann\? y/)
    await top.press('y')
    await vi.waitFor(
      async () => expect((await ann.get('/api/v1/tasks/short')).body).toMatchObject({ state: 'answered' }),
      patient,
    )

    await top.resize(120, 40)
    await top.press('5')
    await top.sees(/last 30 days +\d+ [^]*http:ann[^]*\n.*q quit$/)
    await top.press('6')
    await top.press('d')
    await top.sees(/Begin nothing new\? y yes · l yes, and end/)
    await top.press('y')
    await top.sees(/draining|drained/)
    await top.sees(/❯ [\d:]{8} +warn +nothing new is begun[^]*"by":"http:ops"/)
    expect((await ann.get('/ready')).status).toBe(503)
    await top.press('d')
    await top.press('y')
    await top.sees(/running · up/)

    cut()
    await top.sees(/AWAY, tried again: Nothing answers at/)
    await top.resize(80, 24)
    mend()
    await vi.waitFor(async () => expect(await top.styled()).not.toContain('AWAY'), patient)
    await top.press('7')
    await top.sees(/❯ dataDir[^]*in the file alone/)
    await top.press('q')
    // The screen of before stands again.
    expect(await top.sees(/^exit \d+$/)).toBe('exit 0')

    // The server that the config switches on, with a key that may not see all.
    const other = await testDir()
    await writeFile(join(other, 'key'), secrets.ann)
    await writeFile(join(other, 'config.yaml'), JSON.stringify({ adapters: { http } }))
    const refused = await openTerminal(['top', '--key-file', 'key'], other)
    await refused.sees(/takes a key with the scope operate; this one has chat[^]*exit 1$/)
  }, 90_000)
})

test('it says in words why it cannot begin', async () => {
  const dir = await testDir()
  const { code, err } = await parley(['top', '--server', 'http://127.0.0.1:9'], { dir })
  expect([code, err]).toEqual([1, expect.stringContaining('wants a terminal')])
})
