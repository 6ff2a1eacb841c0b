/** The CLI's own commands that are passed on. All others stay text: some change its config, or write what it remembers to a file. */
import { type Words, en } from '../words/en.ts'
import type { claude } from '../words/en/commands/claude.ts'
import { languages } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'
import type { CommandInfo, CommandWords } from '../contract.ts'
import { type TurnCommand, CommandError } from './command.ts'
import { worded } from './worded.ts'

/** In place of an answer without a word. */
const said: Readonly<Record<string, (words: Words) => string>> = {
  compact: (words) => words.commands.compact.done,
}

const passedOn: readonly (keyof typeof claude)[] = [
  'compact',
  'context',
  'init',
  'code-review',
  'security-review',
  'simplify',
  'verify',
  'debug',
  'recap',
  'insights',
  'deep-research',
]

const longest = 1000

export const claudeCommands: readonly TurnCommand[] = passedOn.map((name) => {
  const takes = 'arguments' in en.commands[name]
  return passing(worded(name, takes ? [{ name: 'text', type: 'text' }] : []))
})

/**
 * A command that an MCP server brings: servers are the operator's alone, so whatever has such a name is theirs.
 * Undefined: it is no such name.
 */
export function serverCommand(name: string): TurnCommand | undefined {
  const server = /^mcp__([\w-]+?)__[\w-]+$/.exec(name)?.[1]
  if (server === undefined) return undefined
  const told = ({ passedOn: texts }: Words): CommandWords => ({
    usage: `[${texts.arguments}]`,
    summary: texts.ofServer(server),
    arguments: { text: texts.arguments },
  })
  const { usage, summary } = told(en)
  const args = [{ name: 'text', type: 'text', summary: en.passedOn.arguments }] as const
  const localized = Object.fromEntries(languages.map((language) => [language, told(wordsIn(language))]))
  return passing({ name, usage, summary, arguments: args, localized })
}

/** Those that a CLI can be asked for which knows these; undefined: it was not heard yet. */
export function known(names: readonly string[] | undefined): readonly TurnCommand[] {
  if (names === undefined) return claudeCommands
  const own = claudeCommands.filter(({ name }) => names.includes(name))
  return [...own, ...names.flatMap((name) => serverCommand(name) ?? [])]
}

function passing(info: CommandInfo): TurnCommand {
  const { name } = info
  return {
    ...info,
    by: 'claude',
    when: 'turn',
    ...(name === 'compact' ? ({ changes: 'always' } as const) : {}),
    async asks({ args, words }) {
      const { passedOn: texts } = words
      if (args.length > longest) throw new CommandError(texts.tooLong(name, longest))
      const line = `/${[name, harmless(args)].filter(Boolean).join(' ')}`
      return { kind: 'line', name, line, done: said[name]?.(words) ?? texts.done(name) }
    },
  }
}

/** The CLI would inline a file for `@path` and run what stands in backticks behind a `!`, asking nobody. */
function harmless(args: string): string {
  return args.replaceAll('@', '@\u200B').replaceAll('`', "'").replaceAll(/\s+/g, ' ')
}
