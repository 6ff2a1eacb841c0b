/** What can be wrong with a config, in words that name the file, the line, the key and the way out. */

/** `not-found` `unreadable` `too-big` the file; `syntax` it is no YAML; the rest are about one key. */
export type ConfigErrorCode =
  | 'not-found'
  | 'unreadable'
  | 'too-big'
  | 'syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'invalid-value'
  | 'missing-variable' // a ${NAME} that the environment lacks
  | 'bad-variable' // a ${…} that cannot be read
  | 'unknown-adapter'
  | 'adapter' // its module cannot be loaded, or is none

/** Keys from the root; numbers are places in a list. */
export type Path = readonly (string | number)[]

/** Both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

export interface Problem {
  readonly code: ConfigErrorCode
  /** E.g. "`claude.maxTurns` wants a whole number". */
  readonly what: string
  /** What to do about it, e.g. "did you mean `model`?". */
  readonly advice?: string | undefined
  /** As written, e.g. `claude.model`; empty when it is about the file. */
  readonly key: string
  readonly place?: Place | undefined
}

/** A config that cannot be used. Holds every problem of the file; the message has a line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** Of the first problem. */
  readonly code: ConfigErrorCode
  readonly problems: readonly Problem[]
  /** As shown to people; undefined: not about a file. */
  readonly file: string | undefined

  constructor(
    file: string | undefined,
    problems: readonly [Problem, ...Problem[]],
    options: { cause?: unknown } = {},
  ) {
    super(problems.map((problem) => sentence(problem, file)).join('\n'), options)
    this.code = problems[0].code
    this.problems = problems
    this.file = file
  }
}

function sentence({ what, advice, place }: Problem, file: string | undefined): string {
  const position = place === undefined ? '' : `:${place.line}:${place.column}`
  const where = file === undefined ? '' : ` (${file}${position})`
  return what + where + (advice === undefined ? '' : `: ${advice}`)
}

/** Throws them all as one error, in the order of the file; returns when there are none. */
export function throwProblems(file: string | undefined, problems: readonly Problem[]): void {
  const [first, ...rest] = problems.toSorted((a, b) => offset(a) - offset(b))
  if (first !== undefined) throw new ConfigError(file, [first, ...rest])
}

function offset({ place }: Problem): number {
  return place === undefined ? Infinity : place.line * 1e6 + place.column
}

/** `['claude', 'env', 'A.B', 0]` -> `claude.env["A.B"][0]`. */
export function keyOf(path: Path): string {
  let key = ''
  for (const part of path) {
    if (typeof part === 'number') key += `[${part}]`
    else if (!/^[\w-]+$/.test(part)) key += `[${JSON.stringify(part)}]`
    else key += key === '' ? part : `.${part}`
  }
  return key
}
