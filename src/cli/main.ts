#!/usr/bin/env -S node --optimize-for-size --max-semi-space-size=4
/**
 * The `parley` command. One file a verb, loaded when it is asked for. The flags (in package.json, too) bound what V8 sets
 * aside for young objects and have it spare memory: 12 and 6 MB less in use, and no slower by `npm run bench`.
 */
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import type { Attach } from './attach.ts'
import type { Chat } from './chat.ts'
import type { Init } from './init.ts'
import type { TopOptions } from './top.ts'
import manifest from '../../package.json' with { type: 'json' }

interface Common {
  readonly config?: string
  readonly demo?: boolean
  readonly model?: string
}

// Stripping the types anew at each start costs 200 ms and 30 MB. Not in the shared folder for temporary files, where
// others could plant code; where node_modules cannot be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/parley', import.meta.url)))

const program = new Command('parley')
  .description('Claude Code in your chat: one persistent Claude CLI session per user.')
  .version(manifest.version, '-V, --version')
  .showHelpAfterError('(parley --help shows what there is)')

verb(
  'init',
  'sets the bot up in this terminal; with a platform, that platform: what to do there, and a config that works',
)
  .argument('[platform]', 'e.g. slack')
  .option(
    '--url <address>',
    'where the platform can reach this bot (https://…); absent: the bot connects by itself',
  )
  .option('--several', 'one bot in several workspaces, each of which installs it by itself; with --url')
  .action(async (platform: string | undefined, options: Common & Omit<Init, 'config'>) => {
    await end(async () => (await import('./init.ts')).init(platform, options))
  })

verb('doctor', 'looks through all that the bot needs and says what is missing; exit code 0: nothing').action(
  async (options: Common) => {
    await end(async () => (await import('./doctor.ts')).doctor(options))
  },
)

verb('start', 'runs the bot: every adapter that is configured')
  .option('--demo', 'answers by the local stand-in model: no account, nothing leaves this machine')
  .action(async (options: Common) => {
    await end(async () => (await import('./start.ts')).start(options))
  })

verb('chat', 'chats in this terminal; with piped input, answers each line')
  .option('--demo', 'answers by the local stand-in model: no account, nothing leaves this machine')
  .option('--json', 'prints every event as a line of JSON, for piped input')
  .option('--model <name>', 'the model to use, in place of the configured one')
  .addOption(
    new Option(
      '--server <url>',
      'chats with the bot whose API is there; PARLEY_KEY in the environment is the key',
    ).conflicts('demo'),
  )
  .option('--session <id>', 'with --server: goes on in this session (default: a new one)')
  .option('--key-file <file>', 'with --server: a file that holds the key, in place of PARLEY_KEY')
  .action(async (options: Common & Chat) => {
    await end(async () => (await import('./chat.ts')).chat(options))
  })

verb('ask', 'answers one question: the answer on standard output, all else on standard error')
  .argument(
    '[text...]',
    'the question; what is piped in follows it (at most 2 MB). Absent or `-`: piped in as a whole',
  )
  .option('--json', 'prints every event as a line of JSON')
  .option('--demo', 'answers by the local stand-in model: no account, nothing leaves this machine')
  .option('--model <name>', 'the model to use, in place of the configured one')
  .action(async (words: readonly string[], options: Common & { readonly json?: boolean }) => {
    await end(async () => (await import('./ask.ts')).ask(words.join(' '), options))
  })

verb('attach', 'opens a session of the running bot in this terminal')
  .option('--as <id>', 'whose session: <adapter>:<user id> (default: the only person there is)')
  .addOption(
    new Option(
      '--server <url>',
      'a bot elsewhere, whose API is there; PARLEY_KEY in the environment is the key',
    ).conflicts('as'),
  )
  .option('--session <id>', 'with --server: the session, whosever it is')
  .option('--key-file <file>', 'with --server: a file that holds the key, in place of PARLEY_KEY')
  .action(async (options: Common & Attach) => {
    await end(async () => (await import('./attach.ts')).attach(options))
  })

verb('top', 'shows the running bot on a full screen, to watch over it and to steer it')
  .option('--server <url>', 'where its API is (default: the one that the config switches on)')
  .option('--key-file <file>', 'a file that holds the API key, in place of PARLEY_KEY; its scope: operate')
  .action(async (options: Common & TopOptions) => {
    await end(async () => (await import('./top.ts')).top(options))
  })

verb('status', 'says how the running bot is; exit code 0: well, 1: something is missing, 3: it does not run')
  .option('--json', 'prints it as JSON')
  .action(async (options: Common & { readonly json?: boolean }) => {
    await end(async () => (await import('./status.ts')).status(options))
  })

verb('pair', 'lets in a newcomer who shows you this code')
  .argument('<code>', 'the code that the bot gave the newcomer')
  .option('--role <role>', 'what the newcomer may do: guest, member, operator, admin or owner', 'member')
  .action(async (code: string, options: Common & { readonly role: string }) => {
    await end(async () => (await import('./pair.ts')).pair(code, options))
  })

program
  .command('key')
  .description('makes an API key for a program: prints it, and the hash of it that the config holds')
  .argument('[name]', 'what the key is called; whoever has it is the person <adapter>:<name>', 'program')
  .action(async (name: string) => {
    await end(async () => (await import('./key.ts')).key(name))
  })

const audit = program.command('audit').description('the log of who allowed what')
verb('verify', 'checks that nothing in it was changed: exit code 0 whole, 1 not there, 2 changed', audit)
  .option(
    '--head <sha256>',
    'how the log has to end, as an earlier check told: shows that nothing was cut off',
  )
  .action(async (options: Common & { readonly head?: string }) => {
    await end(async () => (await import('./audit.ts')).verify(options))
  })

verb('backup', 'copies all that the bot keeps, while it runs or not, as it is at one instant')
  .argument('<folder>', 'where to: a folder that is not there yet')
  .option(
    '--no-workspaces',
    'leaves out what people and Claude work on; what Claude remembers is always taken',
  )
  .action(async (folder: string, options: Common & { readonly workspaces: boolean }) => {
    await end(async () => (await import('./backup.ts')).backup(folder, options))
  })

verb('restore', 'puts a backup back, each file checked; the bot must not run')
  .argument('<folder>', 'the backup')
  .option('--replace', 'puts aside what is in dataDir; else it must be empty')
  .action(async (folder: string, options: Common & { readonly replace?: boolean }) => {
    await end(async () => (await import('./backup.ts')).restore(folder, options))
  })

function verb(name: string, summary: string, parent = program): Command {
  return parent
    .command(name)
    .description(summary)
    .option('--config <file>', 'the config file (default: config.yaml here, if there is one)')
}

/** Prints what went wrong as words and ends with the verb's exit code. */
async function end(run: () => Promise<number>): Promise<void> {
  try {
    process.exit(await run())
  } catch (error) {
    const { explain } = await import('./explain.ts')
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

if (process.argv.length <= 2) program.outputHelp()
else await program.parseAsync()
