/** What every verb begins with: the config, or the demo's, and whether somebody is logged in. */
import { usedLogin } from '../claude/login.ts'
import { type Config, loadConfig } from '../config.ts'
import { adjusted, type Prepared } from './prepared.ts'

export interface Wanted {
  readonly config?: string
  readonly demo?: boolean
  readonly model?: string
}

/** The command cannot do what it was asked to do. */
export class CommandLineError extends Error {
  override readonly name = 'CommandLineError'
  readonly code:
    | 'not-logged-in'
    | 'nothing-to-do'
    | 'no-question'
    | 'too-much'
    | 'no-role'
    | 'no-code'
    | 'no-setup'
    | 'no-url'
    | 'no-server'
    | 'no-session'
    | 'no-key'
    | 'bad-variable'
    | 'no-terminal'

  constructor(code: CommandLineError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** @throws ConfigError, or {@link CommandLineError} `not-logged-in`. */
export async function prepare({ config: file, demo, model }: Wanted): Promise<Prepared> {
  const prepared = demo === true ? await openDemo(file) : await openConfig(file)
  return model === undefined
    ? prepared
    : adjusted(prepared, (config) => ({ ...config, claude: { ...config.claude, model } }))
}

async function openDemo(file: string | undefined): Promise<Prepared> {
  const demo = await import('./demo.ts')
  return demo.openDemo(file)
}

async function openConfig(file: string | undefined): Promise<Prepared> {
  const from = { env: process.env, cwd: process.cwd() }
  const config = await loadConfig({ file, ...from })
  if (usedLogin(config.claude) === undefined) {
    throw new CommandLineError('not-logged-in', notLoggedIn)
  }
  const again = { ...from, adjust: (read: Config) => read }
  return { config, again, temporary: false, greeting: '', moreHelp: '', close: async () => undefined }
}

const notLoggedIn = `Claude is not logged in on this machine. There are two ways out:
  1. Log in: run \`npx claude\` here and follow it, or set CLAUDE_CODE_OAUTH_TOKEN to what \`npx claude setup-token\`
     prints (on macOS always this way), or set ANTHROPIC_API_KEY. Then run the same command again.
  2. Try it without an account, on a local stand-in model: \`npm run demo\`, or \`npm start -- --demo\`;
     with any other verb, add --demo.`
