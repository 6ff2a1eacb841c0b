/** What a user's text can ask of the stand-in: lines that begin with `!`. Pure. */

/** One thing to do, in the order in which the text asks for them. */
export type Move =
  | { readonly do: 'say'; readonly text: string }
  | ToolMove
  | { readonly do: 'plan'; readonly plan: string }
  | { readonly do: 'slow'; readonly seconds: number; readonly words: number }
  | { readonly do: 'long'; readonly kilobytes: number }
  | {
      readonly do: 'error'
      readonly status: number
      readonly times: number
      readonly retryAfter: number | undefined
    }
  | { readonly do: 'drop' | 'stall'; readonly times: number }
  | { readonly do: 'empty'; readonly first: number }
  | { readonly do: 'think' | 'recall' }

export interface ToolMove {
  readonly do: 'tool'
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  /** Only a means: not worth a word when it went well. */
  readonly quiet: boolean
  /** So many uses that are the same to the letter, all at once; absent: one. */
  readonly copies?: number
}

interface Directive {
  readonly usage: string
  readonly summary: string
  /** How much of the lines below belongs to it; absent: nothing. */
  readonly takes?: 'to-next-directive' | 'all'
  /** Undefined when what follows the name does not make sense. */
  readonly parse: (rest: string) => Move[] | undefined
}

/** A typing error must not take the machine down. */
const mostWords = 100_000
const mostKilobytes = 20 * 1024

const table: Readonly<Record<string, Directive>> = {
  say: {
    usage: '!say <markdown>',
    summary: 'answers with exactly that, the lines below included',
    takes: 'all',
    parse: (text) => [{ do: 'say', text }],
  },
  bash: {
    usage: '!bash <command>',
    summary: 'runs a command and quotes what it printed',
    parse: (command) => required(command, () => [bash(command)]),
  },
  write: {
    usage: '!write <path> <content>',
    summary: 'writes a file; the content may go on in the lines below',
    takes: 'to-next-directive',
    parse: (rest) =>
      match(rest, /^(\S+)\s([^]*)$/, ([path, content]) => [use('Write', { file_path: path, content })]),
  },
  read: {
    usage: '!read <path>',
    summary: 'reads a file and quotes it',
    parse: (path) => required(path, () => [use('Read', { file_path: path })]),
  },
  edit: {
    usage: '!edit <path> <old> => <new>',
    summary: 'reads a file and replaces text in it',
    // The CLI refuses to edit what was not read in this session.
    parse: (rest) =>
      match(rest, /^(\S+) (.+?) => (.*)$/, ([path, old, text]) => [
        use('Read', { file_path: path }, true),
        use('Edit', { file_path: path, old_string: old, new_string: text }),
      ]),
  },
  tool: {
    usage: '!tool <Name> <json>',
    summary: 'uses any tool, MCP tools too',
    parse: (rest) =>
      match(rest, /^(\S+)(?:\s+(\{.*\}))?$/, ([name = '', json = '{}']) => {
        const input = parseObject(json)
        return input === undefined ? undefined : [use(name, input)]
      }),
  },
  twice: {
    usage: '!twice <path>',
    summary: 'reads a file twice, both at once',
    parse: (path) => required(path, () => [{ ...use('Read', { file_path: path }), copies: 2 }]),
  },
  question: {
    usage: '!question [question | option | option …]',
    summary: 'asks you to choose',
    parse: (rest) => [use('AskUserQuestion', { questions: [question(rest)] })],
  },
  plan: {
    usage: '!plan [markdown]',
    summary: 'presents a plan to approve (in plan mode)',
    takes: 'to-next-directive',
    parse: (text) => [{ do: 'plan', plan: text || '# Plan\n\n1. Look around.\n2. Write a haiku.\n' }],
  },
  slow: {
    usage: '!slow <seconds> [words]',
    summary: 'streams a text evenly over that time',
    parse: (rest) =>
      numbers(rest, 1, 2, ([seconds = 0, words = Math.max(10, seconds * 5)]) => [
        { do: 'slow', seconds, words: Math.min(words, mostWords) },
      ]),
  },
  long: {
    usage: '!long <kilobytes>',
    summary: 'answers with that much Markdown: code, tables, lists, emoji',
    parse: (rest) =>
      numbers(rest, 1, 1, ([kilobytes = 0]) => [
        { do: 'long', kilobytes: Math.min(kilobytes, mostKilobytes) },
      ]),
  },
  think: { usage: '!think', summary: 'thinks before it answers', parse: () => [{ do: 'think' }] },
  recall: {
    usage: '!recall',
    summary: 'lists every message of yours that it sees',
    parse: () => [{ do: 'recall' }],
  },
  background: {
    usage: '!background <seconds> [command]',
    summary: 'starts a background task of that length, and runs the command when it has ended',
    parse: (rest) =>
      match(rest, /^(\d+(?:\.\d+)?)(?: .+)?$/, ([seconds]) => [
        use('Bash', {
          command: `sleep ${seconds} && echo finished`,
          description: `Wait ${seconds} s in the background`,
          run_in_background: true,
        }),
      ]),
  },
  error: {
    usage: '!error <status> [times] [retry-after=<seconds>]',
    summary: 'fails with an API error: so many times, or always',
    parse: (rest) =>
      match(rest, /^(4\d\d|5\d\d)(?: +(\d+))?(?: +retry-after=(\d+))?$/, ([status, times, retryAfter]) => [
        {
          do: 'error',
          status: Number(status),
          times: Number(times ?? Infinity),
          retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
        },
      ]),
  },
  drop: {
    usage: '!drop [times]',
    summary: 'loses the connection in mid-answer: once, or so many times',
    parse: (rest) => numbers(rest, 0, 1, ([times = 1]) => [{ do: 'drop', times }]),
  },
  stall: {
    usage: '!stall [times]',
    summary: 'begins to answer and falls silent: always, or so many times',
    parse: (rest) => numbers(rest, 0, 1, ([times = Infinity]) => [{ do: 'stall', times }]),
  },
  empty: {
    usage: '!empty [times]',
    summary: 'answers without a word: always, or the first so many times that it is asked to',
    parse: (rest) => numbers(rest, 0, 1, ([first = Infinity]) => [{ do: 'empty', first }]),
  },
}

/** The directives, for people. */
export const directives: readonly { readonly usage: string; readonly summary: string }[] = Object.values(
  table,
).map(({ usage, summary }) => ({ usage, summary }))

/** The moves that a text asks for, in order; none when it holds no directive. What is misused becomes words that say so. */
export function parseMoves(text: string): Move[] {
  const moves: Move[] = []
  const lines = text.split('\n')
  while (lines.length > 0) {
    const [, name = '', first = ''] = directiveLine.exec(lines.shift() ?? '') ?? []
    const directive = Object.hasOwn(table, name) ? table[name] : undefined
    if (directive === undefined) {
      if (name !== '') moves.push({ do: 'say', text: `I know no \`!${name}\`. Try /help.` })
      continue
    }
    const rest = [first, ...takeLines(lines, directive.takes)].join('\n').replaceAll('@\u200B', '@')
    const parsed = directive.parse(directive.takes === undefined ? rest.trim() : rest)
    moves.push(
      ...(parsed ?? [{ do: 'say' as const, text: `That is not how it goes: \`${directive.usage}\`` }]),
    )
  }
  return moves
}

/** The command that is to be run when the background task has ended. */
export function afterBackground(text: string): string | undefined {
  return /^\s*!background \S+ (.+)$/m.exec(text)?.[1]
}

// Whoever hands on a user's text may put a blank or an invisible character before it, or after an `@`.
const directiveLine = /^[\s\u200B-\u200D\u2060\uFEFF]*!([a-z]+)(?:[ \t]([^]*))?$/

/** Takes the lines that belong to a directive off the front. */
function takeLines(lines: string[], takes: Directive['takes']): string[] {
  if (takes === undefined) return []
  const next = takes === 'all' ? -1 : lines.findIndex((line) => directiveLine.test(line))
  return lines.splice(0, next === -1 ? lines.length : next)
}

export function use(tool: string, input: ToolMove['input'], quiet = false): ToolMove {
  return { do: 'tool', tool, input, quiet }
}

export function bash(command: string): ToolMove {
  return use('Bash', { command, description: 'Run a command' })
}

function required(rest: string, moves: () => Move[]): Move[] | undefined {
  return rest === '' ? undefined : moves()
}

type Groups = readonly (string | undefined)[]

function match(
  rest: string,
  pattern: RegExp,
  moves: (groups: Groups) => Move[] | undefined,
): Move[] | undefined {
  const found = pattern.exec(rest)
  return found === null ? undefined : moves(found.slice(1))
}

function numbers(
  rest: string,
  least: number,
  most: number,
  moves: (values: readonly number[]) => Move[],
): Move[] | undefined {
  const words = rest.split(/\s+/).filter((word) => word !== '')
  const good =
    words.length >= least && words.length <= most && words.every((word) => /^\d+(\.\d+)?$/.test(word))
  return good ? moves(words.map(Number)) : undefined
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function question(rest: string): object {
  const [text = '', ...labels] = rest.split('|').map((part) => part.trim())
  const options = labels.length >= 2 ? labels : ['Tea', 'Coffee']
  return {
    question: text || 'What would you like to drink?',
    header: 'Choice',
    multiSelect: false,
    options: options.slice(0, 4).map((label) => ({ label, description: `Take ${label}` })),
  }
}
