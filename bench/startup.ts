/** `parley start` with the terminal alone, in a pseudo-terminal: until its prompt stands, and what it weighs. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { type Row, mb, median, ms, quantile } from './figures.ts'
import { type Ground, surroundings } from './ground.ts'
import { openTerminal, residentBytes } from './terminal.ts'

const rounds = 12
const turns = 10
const mostMs = 1000
const mostMb = 120
/** What the terminal adapter puts before the line that one types in. */
const prompt = '❯ '

export async function startup(ground: Ground): Promise<Row[]> {
  const home = join(ground.dir, 'startup')
  await mkdir(home)
  const took: number[] = []
  const atPrompt: number[] = []
  const afterTurns: number[] = []
  // The first only brings the files into memory.
  for (let round = -1; round < rounds; round++) {
    const start = performance.now()
    const terminal = openTerminal(command, home, { ...surroundings, ...ground.towardsModel, HOME: home })
    const ready = (await terminal.see(prompt)) - start
    const pid = await terminal.pid()
    const resident = await residentBytes(pid)
    if (round >= 0) {
      took.push(ready)
      atPrompt.push(resident)
    }
    if (round === rounds - 1) {
      for (let turn = 1; turn <= turns; turn++) {
        terminal.type(`!say This is answer number ${turn}, **in bold**.\r`)
        await terminal.see(`This is answer number ${turn}, in bold.`)
        await sleep(200)
        afterTurns.push(await residentBytes(pid))
      }
    }
    await terminal.end()
  }
  const middle = median(took)
  const most = Math.max(...afterTurns)
  return [
    {
      figure: '`parley start`, spawned -> prompt',
      median: ms(middle),
      p95: ms(quantile(took, 0.95)),
      target: `< ${mostMs} ms`,
      met: middle < mostMs,
    },
    weight('Parley itself at the prompt, resident', atPrompt, median(atPrompt)),
    weight(`Parley itself in ${turns} turns, resident, at most`, afterTurns, most),
  ]
}

/** As `npm start` runs it. */
const command = manifest.scripts.start
  .split(' ')
  .map((word) => (word === 'node' ? process.execPath : word.endsWith('.ts') ? inProject(word) : word))
  .map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
  .join(' ')

function inProject(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url))
}

function weight(figure: string, values: readonly number[], judged: number): Row {
  const met = judged < mostMb * 1024 * 1024
  return { figure, median: mb(judged), p95: mb(quantile(values, 0.95)), target: `< ${mostMb} MB`, met }
}
