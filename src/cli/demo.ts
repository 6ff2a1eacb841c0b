/** The local stand-in model in place of Claude's API: no account, and nothing leaves this machine. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig } from '../config.ts'
import { directives, startStandIn } from '../demo/stand-in.ts'
import { adjusted, type Prepared } from './prepared.ts'

/** What a demo without a terminal types by itself. */
export const demoScript: readonly string[] = [
  'Hello! My name is Ada.',
  'What time is it?',
  'What is my name?',
]

/** Logins of any kind, and what leads elsewhere. */
const logins = /^(?:ANTHROPIC_|CLAUDE_|AWS_|GOOGLE_|CLOUD_ML_|CLOUDSDK_|AZURE_|VERTEX_)/

/**
 * `file` as in --config; without one a config.yaml that lies about is left alone and all data is temporary. Closing it
 * ends the stand-in and removes the temporary folder.
 */
export async function openDemo(file: string | undefined): Promise<Prepared> {
  // The file may name what the CLI must not get.
  const env = { ...process.env }
  // The CLI's environment is made from ours: what is not here cannot reach it.
  for (const name of Object.keys(env)) if (logins.test(name)) delete process.env[name]
  await using opened = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'))
  opened.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const from = file === undefined ? { env: {}, cwd: folder } : { env, cwd: process.cwd() }
  const config = await loadConfig({ file, ...from })
  const standIn = await startStandIn()
  opened.defer(() => standIn.close())
  const closing = opened.move()
  const prepared = {
    config,
    again: { ...from, adjust: (read: Config) => read },
    temporary: file === undefined,
    greeting: 'on the local stand-in model: no account, nothing leaves this machine',
    // What /help lists besides: the words that make the stand-in do something.
    moreHelp: ['The stand-in model also understands:', list()].join('\n\n'),
    close: () => closing.disposeAsync(),
  }
  return adjusted(prepared, (read) => ({ ...read, claude: shutIn(read.claude, standIn.url) }))
}

/** The same, with nothing in it that leads out of this machine. */
function shutIn(claude: Config['claude'], url: string): Config['claude'] {
  const env = Object.entries(claude.env).filter(([name]) => !logins.test(name))
  // Other settings run commands, or bring an environment of their own.
  const { permissions } = claude.settings
  return {
    ...claude,
    settings: permissions === undefined ? {} : { permissions },
    mcpServers: {},
    env: { ...Object.fromEntries(env), ...towards(url) },
  }
}

function towards(url: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'sk-ant-stand-in',
    // A company's proxy cannot reach our loopback.
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  }
}

function list(): string {
  return directives.map(({ usage, summary }) => `- \`${usage}\` ${summary}`).join('\n')
}
