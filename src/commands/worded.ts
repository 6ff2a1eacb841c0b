/** A command's part of the table, with its words from the catalogue: English, and the other languages beside it. */
import type { CommandArgument, CommandInfo, CommandWords } from '../contract.ts'
import { en } from '../words/en.ts'
import { type Language, languages } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'

type Catalogue = typeof en.commands
type Name = keyof Catalogue
type Argument<N extends Name> = Omit<CommandArgument, 'summary' | 'name'> & {
  readonly name: Catalogue[N] extends { arguments: infer A } ? keyof A & string : never
}

/** `args`: each has its summary in the catalogue, under its name. */
export function worded<N extends Name>(
  name: N,
  args: readonly Argument<N>[] = [],
): CommandInfo & { name: N } {
  const { usage, summary, arguments: about = {} } = textsOf(name, 'en')
  const others = languages.filter((language) => language !== 'en')
  return {
    name,
    usage,
    summary,
    localized: Object.fromEntries(others.map((language) => [language, textsOf(name, language)])),
    ...(args.length === 0
      ? {}
      : { arguments: args.map((argument) => ({ ...argument, summary: about[argument.name] ?? '' })) }),
  }
}

/** What a command is called and for; not what it answers. */
function textsOf(name: Name, language: Language): CommandWords {
  const texts: CommandWords = wordsIn(language).commands[name]
  const { usage, summary, arguments: about } = texts
  return { usage, summary, ...(about === undefined ? {} : { arguments: about }) }
}
