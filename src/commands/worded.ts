/** A command's part of the table, with its words from the catalogue: English, and the other languages beside it. */
import type { CommandArgument, CommandInfo, CommandWords } from '../contract.ts'
import type { Words } from '../words/en.ts'
import { type Language, languages } from '../words/languages.ts'
import { wordsIn } from '../words/words.ts'

type Name = keyof Words['commands']
type Argument = Omit<CommandArgument, 'summary'>

/** `args`: each has its summary in the catalogue, under its name. */
export function worded(name: Name, args: readonly Argument[] = []): CommandInfo {
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

/** The table's part as people of this language read it; English where there is nothing else. */
export function inLanguage(info: CommandInfo, language: Language): CommandInfo {
  const { arguments: about = {}, ...texts } = info.localized?.[language] ?? {}
  const args = info.arguments?.map((one) => ({ ...one, summary: about[one.name] ?? one.summary }))
  return { ...info, ...texts, ...(args === undefined ? {} : { arguments: args }) }
}

/** What a command is called and for; not what it answers. */
function textsOf(name: Name, language: Language): CommandWords {
  const texts: CommandWords = wordsIn(language).commands[name]
  const { usage, summary, arguments: about } = texts
  return { usage, summary, ...(about === undefined ? {} : { arguments: about }) }
}
