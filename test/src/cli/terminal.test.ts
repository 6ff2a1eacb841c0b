/** A person in front of a real terminal, the real Claude CLI behind it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testDir } from '../../rig/dir.ts'
import { describeWith } from '../../rig/needs.ts'
import { openTerminal, type Terminal } from './tmux.ts'

const ready = /Parley · [^]*\n❯$/

async function say(terminal: Terminal, text: string): Promise<void> {
  await terminal.type(text)
  await terminal.press('Enter')
}

describeWith('tmux', 'in a terminal', () => {
  test('somebody is remembered, sees a tool at work, and leaves', async () => {
    const terminal = await openTerminal(['chat', '--demo'], await testDir())
    expect(await terminal.sees(ready)).toContain('stand-in')
    await say(terminal, 'my name is Ada')
    await terminal.sees(/❯ my name is Ada\n\nNice to meet you, Ada\.[^]*\$0\.\d+\n\n❯$/)
    await say(terminal, '!bash sleep 1; echo done')
    await terminal.sees(/⏺ Bash {2}sleep 1; echo done …/)
    await terminal.sees(/⏺ Bash {2}sleep 1; echo done ✓[^]*done[^]*❯$/)
    await say(terminal, 'what is my name?')
    await terminal.sees(/Your name is Ada\.[^]*❯$/)
    await terminal.press('C-d')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  })

  test('somebody refuses a command with a reason, then allows it', async () => {
    const terminal = await openTerminal(['chat', '--demo'], await testDir())
    await terminal.sees(ready)
    await say(terminal, '!bash touch made-here')
    await terminal.sees(/Claude wants to use Bash[^]*touch made-here[^]*y Allow once/)
    await terminal.press('d')
    await terminal.sees(/Deny and say why ❯$/)
    await say(terminal, 'not today')
    await terminal.sees(/└ Deny and say why[^]*⏺ Bash .*✗[^]*not today[^]*❯$/)
    await say(terminal, '!bash touch made-here')
    await terminal.sees(/y Allow once[^]*❯$/)
    await terminal.press('y')
    await terminal.sees(/└ Allow once[^]*⏺ Bash .*✓[^]*\$0\.\d+\n\n❯$/)
    await terminal.press('C-c')
    await terminal.sees(/Ctrl-C again leaves/)
    await terminal.press('C-c')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  })

  test('somebody answers questions: in own words, and with several choices, typed', async () => {
    const terminal = await openTerminal(['chat', '--demo'], await testDir())
    await terminal.sees(ready)
    await say(terminal, '!question Which drink? | Tea | Coffee')
    await terminal.sees(/Which drink\?[^]*1 Tea[^]*2 Coffee[^]*❯$/)
    await terminal.type('water, please')
    await terminal.sees(/Enter sends this as your answer[^]*❯ water, please$/)
    await terminal.press('Enter')
    await terminal.sees(/└ water, please[^]*⏺ AskUserQuestion .*✓[^]*"Which drink\?"="water,\s+please"[^]*❯$/)
    const options = ['Red', 'Green', 'Blue'].map((label) => ({ label, description: '' }))
    const asked = { question: 'Which colours?', header: 'Colours', multiSelect: true, options }
    await say(terminal, `!tool AskUserQuestion ${JSON.stringify({ questions: [asked] })}`)
    await terminal.sees(/Which colours\?[^]*1 Red[^]*3 Blue[^]*❯$/)
    // A key alone would choose one: of several, nothing is chosen before Enter.
    await terminal.type('1')
    await terminal.sees(/❯ 1$/)
    await terminal.type(', 3')
    await terminal.press('Enter')
    await terminal.sees(/└ Red, Blue[^]*"Which colours\?"="Red, Blue"[^]*❯$/)
    await terminal.press('C-d')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  })

  test('somebody types on while words come slowly, stops them, and goes on', async () => {
    const terminal = await openTerminal(['chat', '--demo'], await testDir())
    await terminal.sees(ready)
    await say(terminal, '!slow 30 300')
    await terminal.sees(/word3 [^]*working/)
    await terminal.type('half a thou')
    await terminal.resize(40, 20)
    await terminal.sees(/word9[^]*working[^]*❯ half a thou$/)
    await terminal.press('C-c')
    const screen = await terminal.sees(/│ Stopped\.[^]*❯ half a thou$/)
    expect(screen.match(/word1 /g)).toHaveLength(1)
    await say(terminal, 'ght')
    await terminal.sees(/You wrote: half a thought[^]*❯$/)
    await terminal.press('C-d')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  })

  test('an answer that is taller than the screen scrolls by whole', async () => {
    const terminal = await openTerminal(['chat', '--demo'], await testDir())
    await terminal.sees(ready)
    await say(terminal, '!bash seq 1 80')
    const screen = await terminal.sees(/\n {2}80\n[^]*❯$/)
    const numbers = screen.match(/^ {2}\d+$/gm)?.map(Number)
    expect(numbers).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
  })

  test('start with nothing configured opens the chat and says how to add platforms', async () => {
    const dir = await testDir()
    const terminal = await openTerminal(['start', '--demo'], dir)
    await terminal.sees(/config\.example\.yaml[^]*❯$/)
    await say(terminal, 'hello')
    await terminal.sees(/Hello! What can I do for you\?[^]*❯$/)
    await terminal.press('C-d')
    expect(await terminal.sees(/exit \d+$/)).toMatch(/exit 0$/)
  })

  test('what is typed is there the next time, and the log is beside the data', async () => {
    const dir = await testDir()
    const config = join(dir, 'config.yaml')
    await writeFile(config, 'dataDir: ./data\nlog:\n  level: debug\n')
    for (const again of [false, true]) {
      const terminal = await openTerminal(['chat', '--demo', '--config', config], dir)
      await terminal.sees(ready)
      if (again) await terminal.press('Up')
      else await terminal.type('hello there')
      await terminal.sees(/❯ hello there$/)
      await terminal.press('Enter')
      await terminal.sees(/Hello! What can I do for you\?[^]*❯$|Hello again[^]*❯$/)
      await terminal.press('C-d')
      await terminal.sees(/exit 0$/)
      await terminal.press('C-c')
    }
    expect(await readFile(join(dir, 'data', 'parley.log'), 'utf8')).not.toContain('hello there')
  })
})
