/** Which login the CLI will use. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isOn, type Environment } from './environment.ts'
import type { ClaudeOptions } from './turn.ts'

/** `machine`: what `claude` on this machine was logged in with, read and refreshed where it lies. */
export type Login =
  | 'api-key'
  | 'api-key-helper'
  | 'auth-token'
  | 'oauth-token'
  | 'bedrock'
  | 'vertex'
  | 'foundry'
  | 'machine'

/**
 * The login that the CLI will use, in the order in which it looks; undefined: it will say that it is not logged in.
 * No login is tried and no file is opened. `environment`: Parley's own, with what `claude.env` adds; `settings`:
 * the `claude.settings` of the config.
 */
export function login(
  environment: Environment,
  settings: Readonly<Record<string, unknown>> = {},
): Login | undefined {
  const has = (name: string): boolean => (environment[name] ?? '') !== ''
  if (isOn(environment.CLAUDE_CODE_USE_BEDROCK)) return 'bedrock'
  if (isOn(environment.CLAUDE_CODE_USE_VERTEX)) return 'vertex'
  if (isOn(environment.CLAUDE_CODE_USE_FOUNDRY)) return 'foundry'
  if (has('ANTHROPIC_AUTH_TOKEN')) return 'auth-token'
  if (has('ANTHROPIC_API_KEY')) return 'api-key'
  if (typeof settings.apiKeyHelper === 'string') return 'api-key-helper'
  if (has('CLAUDE_CODE_OAUTH_TOKEN')) return 'oauth-token'
  return loginDirectory(environment) === undefined ? undefined : 'machine'
}

/** The directory of the machine's own login, if there is one. On macOS it is in the keychain and not found. */
export function loginDirectory(environment: Environment): string | undefined {
  const home = environment.HOME
  const configured = environment.CLAUDE_SECURESTORAGE_CONFIG_DIR ?? environment.CLAUDE_CONFIG_DIR
  const dir = configured ?? (home === undefined ? undefined : join(home, '.claude'))
  return dir !== undefined && dir !== '' && existsSync(join(dir, '.credentials.json')) ? dir : undefined
}

/** A login that is a key is kept by the broker; any other the CLI has to read, and so can its commands. */
export function isKept(used: Login): boolean {
  return used === 'api-key' || used === 'auth-token' || used === 'oauth-token'
}

/** The login of this machine or of the config. */
export function usedLogin({ env, settings }: Pick<ClaudeOptions, 'env' | 'settings'>): Login | undefined {
  return login({ ...process.env, ...env }, settings)
}
