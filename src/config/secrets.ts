/** Which values of a config and an environment must not be seen in logs. */
import { z } from 'zod'
import { namesCount, namesSecret } from '../log/names.ts'

/** Shorter ones from a variable are words like `info` or `8080`, which a log cannot do without. */
const shortestVariable = 8

/** Collectors take their keys in headers that are named in all ways. */
const Telemetry = z.looseObject({ telemetry: z.looseObject({ headers: z.unknown() }) })

/**
 * @param values what config.yaml holds
 * @param variables what it took from the environment
 * @param env the environment; its own secrets must not be seen either
 */
export function secretsOf(
  values: unknown,
  variables: readonly string[],
  env: NodeJS.ProcessEnv,
): readonly string[] {
  const found = new Set<string>()
  gather(values, false, found)
  gather(Telemetry.safeParse(values).data?.telemetry.headers, true, found)
  gather(env, false, found)
  for (const value of variables) {
    // A path is in many log lines, and seldom a secret.
    if (value.length >= shortestVariable && !/^[/~.]/.test(value)) found.add(value)
  }
  return [...found]
}

function gather(value: unknown, secret: boolean, found: Set<string>): void {
  if (typeof value === 'string') {
    if (secret && value !== '') found.add(value)
    for (const password of urlPasswords(value)) found.add(password)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    gather(inner, secret || (namesSecret(key) && !isCount(key, inner)), found)
  }
}

/** CLAUDE_CODE_MAX_OUTPUT_TOKENS=64000 is no secret. */
function isCount(key: string, value: unknown): boolean {
  return namesCount(key) && typeof value === 'string' && /^\d{0,9}$/.test(value)
}

/** As written, and decoded. */
function urlPasswords(text: string): readonly string[] {
  if (!text.includes('://') || !URL.canParse(text)) return []
  const { password } = new URL(text)
  return password === '' ? [] : [password, safeDecode(password)]
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone `%`: then it was never encoded.
    return text
  }
}
