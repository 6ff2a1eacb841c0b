/** `parley start`: the bot, with every adapter that is configured; with none, a chat in this terminal. */
import { join } from 'node:path'
import { adapterNames, loadAdapter } from '../adapters.ts'
import { watchConfig } from '../config.ts'
import type { Adapter } from '../contract.ts'
import { logAsConfigured, logToFile } from './logs.ts'
import { CommandLineError, prepare, type Wanted } from './prepare.ts'
import type { Prepared } from './prepared.ts'
import { run } from './run.ts'

export async function start(wanted: Wanted): Promise<number> {
  const prepared = await prepare(wanted)
  const { config, moreHelp } = prepared
  try {
    for (const hint of config.hints) process.stderr.write(`parley: ${hint}\n`)
    const terminal = await ownTerminal(prepared)
    const here = terminal.length > 0 || ('terminal' in config.adapters && process.stdout.isTTY)
    const log = here ? logToFile(config) : logAsConfigured(config)
    const live = watchConfig(config, { ...prepared.again, log })
    const advice = terminal.length > 0 ? `no platform is configured: ${await howToAdd()}` : ''
    const greeting = [prepared.greeting, advice].filter((words) => words !== '').join(' · ')
    return await run({ live, log, adapters: terminal, greeting, moreHelp, attachable: true })
  } finally {
    await prepared.close()
  }
}

/** Only what this version has: the adapters that lie there, and own modules. */
async function howToAdd(): Promise<string> {
  const chats = (await adapterNames()).filter((name) => name !== 'terminal')
  const there = chats.length === 0 ? 'a module of your own (docs/library.md)' : chats.join(', ')
  return `copy config.example.yaml to config.yaml and add to its \`adapters\`: ${there}`
}

/** The terminal, where nothing is configured and there is one. */
async function ownTerminal({ config, temporary }: Prepared): Promise<Adapter[]> {
  const { adapters, dataDir } = config
  if (Object.keys(adapters).length > 0) return []
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new CommandLineError(
      'nothing-to-do',
      `No platform is configured and there is no terminal to chat in. To answer what is piped in, use the verb \`chat\` or \`ask\`; for a bot, ${await howToAdd()}.${temporary ? ' The demo reads no config.yaml but the one that --config names.' : ''}`,
    )
  }
  const historyFile = join(dataDir, 'terminal-history')
  return [await loadAdapter('terminal', { mode: 'chat', historyFile, temporary })]
}
