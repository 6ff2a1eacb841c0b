/** The CLI's own commands that are passed on. All others stay text: some change its config, or write what it remembers to a file. */
import { type TurnCommand, CommandError } from './command.ts'

interface PassedOn {
  readonly summary: string
  /** Its argument, where it takes one. */
  readonly takes?: string
  /** In place of an answer without a word. */
  readonly done?: string
}

const passedOn: Readonly<Record<string, PassedOn>> = {
  compact: {
    summary: 'sums up the session so far, to make room',
    takes: 'what to keep',
    done: 'The session so far is summed up.',
  },
  context: { summary: 'shows what fills the context window' },
  init: { summary: 'writes a CLAUDE.md about the code in the workspace' },
  'code-review': { summary: 'reviews changes', takes: 'what to review' },
  'security-review': { summary: 'reviews changes for security' },
  simplify: { summary: 'looks for what can be simpler in changes', takes: 'what to look at' },
  verify: { summary: 'checks that a change does what it should' },
  debug: { summary: 'looks for the cause of a problem', takes: 'the problem' },
  recap: { summary: 'says in short what was done' },
  insights: { summary: 'reports on how you use Claude' },
  'deep-research': { summary: 'researches a question in depth', takes: 'the question' },
}

const longest = 1000

export const claudeCommands: readonly TurnCommand[] = Object.entries(passedOn).map(([name, about]) =>
  passing(name, about),
)

/**
 * A command that an MCP server brings: servers are the operator's alone, so whatever has such a name is theirs.
 * Undefined: it is no such name.
 */
export function serverCommand(name: string): TurnCommand | undefined {
  const server = /^mcp__([\w-]+?)__[\w-]+$/.exec(name)?.[1]
  if (server === undefined) return undefined
  return passing(name, { summary: `a command of the MCP server \`${server}\``, takes: 'arguments' })
}

/** Those that a CLI can be asked for which knows these; undefined: it was not heard yet. */
export function known(names: readonly string[] | undefined): readonly TurnCommand[] {
  if (names === undefined) return claudeCommands
  const own = claudeCommands.filter(({ name }) => names.includes(name))
  return [...own, ...names.flatMap((name) => serverCommand(name) ?? [])]
}

function passing(name: string, { summary, takes, done }: PassedOn): TurnCommand {
  return {
    name,
    usage: takes === undefined ? '' : `[${takes}]`,
    summary,
    by: 'claude',
    arguments: takes === undefined ? [] : [{ name: 'text', type: 'text', summary: takes }],
    when: 'turn',
    async asks({ args }) {
      if (takes === undefined && args !== '') throw new CommandError(`/${name} takes no arguments.`)
      if (args.length > longest) throw new CommandError(`/${name} takes at most ${longest} characters.`)
      const line = `/${[name, harmless(args)].filter(Boolean).join(' ')}`
      return { kind: 'line', name, line, done: done ?? `\`/${name}\` is done.` }
    },
  }
}

/** The CLI would inline a file for `@path` and run what stands in backticks behind a `!`, asking nobody. */
function harmless(args: string): string {
  return args.replaceAll('@', '@\u200B').replaceAll('`', "'").replaceAll(/\s+/g, ' ')
}
