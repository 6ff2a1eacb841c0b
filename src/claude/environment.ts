/** The environment of a CLI process, made from nothing. Pure but for the answer to "is there a login file". */
import { join } from 'node:path'
import type { SessionOptions } from './turn.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What any program needs to run on this machine. */
const machine =
  /^(PATH|SHELL|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|IS_SANDBOX|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CLAUDE_CODE_(CERT_STORE|CLIENT_(CERT|KEY|KEY_PASSPHRASE)))$/

/** The API of Anthropic, or a gateway that looks like it. */
const anthropic =
  /^(ANTHROPIC_(API_KEY|AUTH_TOKEN|BASE_URL|CUSTOM_HEADERS|BETAS|MODEL|SMALL_FAST_MODEL|DEFAULT_[A-Z]+_MODEL)|CLAUDE_CODE_OAUTH_TOKEN|CLAUDE_CODE_(MAX_RETRIES|MAX_OUTPUT_TOKENS|API_KEY_HELPER_TTL_MS)|API_TIMEOUT_MS|MAX_THINKING_TOKENS)$/

/** Other providers: passed on only when one is chosen, for these are keys to much else. */
const providers: Readonly<Record<string, RegExp>> = {
  CLAUDE_CODE_USE_BEDROCK:
    /^(AWS_[A-Z0-9_]+|ANTHROPIC_BEDROCK_[A-Z_]+|ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION|CLAUDE_CODE_SKIP_BEDROCK_AUTH)$/,
  CLAUDE_CODE_USE_VERTEX:
    /^(ANTHROPIC_VERTEX_[A-Z_]+|CLOUD_ML_REGION|VERTEX_REGION_[A-Z0-9_]+|GOOGLE_[A-Z_]+|GCLOUD_PROJECT|CLOUDSDK_[A-Z_]+|CLAUDE_CODE_SKIP_VERTEX_AUTH)$/,
  CLAUDE_CODE_USE_FOUNDRY: /^(ANTHROPIC_FOUNDRY_[A-Z_]+|AZURE_[A-Z_]+|CLAUDE_CODE_SKIP_FOUNDRY_AUTH)$/,
}

/** Marks the process and all that it starts, however they detach themselves. */
export const markVariable = 'PARLEY_SESSION'

/** What environmentFor takes beside the session's options. */
export interface EnvironmentContext {
  /** Parley's own environment. */
  readonly parent: Environment
  /** Value of {@link markVariable}. */
  readonly mark: string
  /** Directory of the operator's own login, when it is to be used. */
  readonly loginDir: string | undefined
  /** The session's folder for temporary files. */
  readonly temporary: string
}

/**
 * Nothing is inherited but what is named above. So the variables by which a CLI recognises that it runs inside
 * another (CLAUDECODE, CLAUDE_CODE_ENTRYPOINT, CLAUDE_CODE_SESSION_ID, ...) never arrive, nor does any secret
 * that is not the CLI's own login.
 */
export function environmentFor(options: SessionOptions, context: EnvironmentContext): Record<string, string> {
  const source = { ...context.parent, ...options.claude.env }
  const environment: Record<string, string> = {
    // No update checks, no telemetry: a chat user did not agree to any.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...inherited(context.parent, source),
    ...cloudFiles(source, context.parent.HOME),
    ...options.claude.env,
    // Newer versions: a second barrier behind neutralise.ts.
    CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
    // What files were before each turn is kept, for /undo.
    CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING: '1',
    HOME: options.home,
    CLAUDE_CONFIG_DIR: options.configDir,
    TMPDIR: context.temporary,
    [markVariable]: context.mark,
  }
  // The CLI then reads and refreshes the login where it lies, while all else of the user stays in configDir.
  if (context.loginDir !== undefined) environment.CLAUDE_SECURESTORAGE_CONFIG_DIR = context.loginDir
  return environment
}

function inherited(parent: Environment, source: Environment): Record<string, string> {
  const chosen = Object.entries(providers).filter(([use]) => isOn(source[use]))
  const patterns = [machine, anthropic, ...chosen.map(([, pattern]) => pattern)]
  const names = new Set(chosen.map(([use]) => use))
  const taken: Record<string, string> = {}
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && (names.has(name) || patterns.some((pattern) => pattern.test(name)))) {
      taken[name] = value
    }
  }
  return taken
}

/** The files in which cloud tools look for a login hang on HOME, which is another one now. */
function cloudFiles(source: Environment, home: string | undefined): Record<string, string> {
  if (home === undefined) return {}
  const files: Record<string, string> = {}
  if (isOn(source.CLAUDE_CODE_USE_BEDROCK)) {
    files.AWS_CONFIG_FILE = source.AWS_CONFIG_FILE ?? join(home, '.aws', 'config')
    files.AWS_SHARED_CREDENTIALS_FILE =
      source.AWS_SHARED_CREDENTIALS_FILE ?? join(home, '.aws', 'credentials')
  }
  if (isOn(source.CLAUDE_CODE_USE_VERTEX)) {
    files.CLOUDSDK_CONFIG = source.CLOUDSDK_CONFIG ?? join(home, '.config', 'gcloud')
  }
  return files
}

/** As the CLI reads a switch. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && ['1', 'true', 'yes', 'on'].includes(value.toLowerCase())
}
