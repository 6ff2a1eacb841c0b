/** Which field names stand for secrets, and which for what people wrote. */

/** `botToken`, `X-Api-Key`, `AWS_SECRET_ACCESS_KEY` -> their words in lower case. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

const secretWords =
  /(?:^| )(?:tokens?|secrets?|pass(?:word|wd|phrase|code)s?|pwd|authorization|credentials?|cookies?|bearer|jwt|(?:api|access|private|encrypt|encryption|signing|master) ?keys?)(?: |$)/
/** For names without a word boundary: `bottoken`. */
const secretEnding = /(?:token|secret|password|apikey)s?$/

/** The shell's, written so: a `pwd` elsewhere is a password. */
const directories = new Set(['PWD', 'OLDPWD'])

/** True for names whose values are secrets: `botToken`, `apiKeys`, `ANTHROPIC_API_KEY`, `Authorization`. */
export function namesSecret(name: string): boolean {
  if (directories.has(name)) return false
  const words = wordsOf(name).join(' ')
  return secretWords.test(words) || secretEnding.test(words)
}

/** True for names of secrets that count tokens instead when a number stands behind them: `inputTokens`. */
export function namesCount(name: string): boolean {
  return wordsOf(name).some((word) => word === 'token' || word === 'tokens')
}

const textWords = new Set(
  'text texts markdown prompt prompts input output content delta body html question questions answer answers stdin stdout line lines raw transcript'.split(
    ' ',
  ),
)

/**
 * What stands behind a name: `secret`; `count` a secret unless it is a number, since `inputTokens` counts tokens;
 * `text` what a person or Claude wrote, as in `replyMarkdown`; `plain` none of these.
 */
type FieldKind = 'secret' | 'count' | 'text' | 'plain'

function classify(name: string): FieldKind {
  const words = wordsOf(name)
  if (namesSecret(name)) return namesCount(name) ? 'count' : 'secret'
  return textWords.has(words.at(-1) ?? '') ? 'text' : 'plain'
}

/** The program's own field names are few and come with every line; names from elsewhere must not pile up. */
const mostKept = 1000
const kept = new Map<string, FieldKind>()

export function kindOf(name: string): FieldKind {
  const known = kept.get(name)
  if (known !== undefined) return known
  const kind = classify(name)
  if (kept.size < mostKept) kept.set(name, kind)
  return kind
}
