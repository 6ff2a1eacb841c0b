/** The commands of the bot as Discord registers them. Pure. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from 'discord.js'
import type { CommandArgument, CommandInfo } from '../../src/contract.ts'
import { line } from './text.ts'
import { locales, wordsIn } from './words.ts'

/** As it goes to Discord. */
export type Registered = Readonly<Record<string, unknown>> & {
  readonly type: ApplicationCommandType
  readonly name: string
}

const nameForm = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u
const longestSummary = 100
const mostCommands = 100
const mostOptions = 25
const mostChoices = 25
const longestChoice = 100

/** `everywhere`: in all guilds and direct chats, not in one guild. */
export function manifestOf(commands: readonly CommandInfo[], everywhere: boolean): readonly Registered[] {
  const where = everywhere
    ? {
        contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
        integration_types: [ApplicationIntegrationType.GuildInstall],
      }
    : {}
  const slash = named(commands).slice(0, mostCommands)
  return [...slash.map(slashCommand), ...menus()].map((each) => ({ ...each, ...where }))
}

function menus(): readonly Registered[] {
  return [
    { type: ApplicationCommandType.Message, ...called((language) => wordsIn(language).askAbout) },
    { type: ApplicationCommandType.User, ...called((language) => wordsIn(language).sessions) },
  ]
}

function called(name: (language: string | undefined) => string) {
  return {
    name: name(undefined),
    name_localizations: Object.fromEntries(
      Object.entries(locales).map(([language, locale]) => [locale, name(language)]),
    ),
  }
}

/** Names stay as they are: what is said about commands calls them so in every language. */
function slashCommand({ name, summary, localized = {}, arguments: args = [] }: CommandInfo): Registered {
  // Discord wants those first that have to be given.
  const options = named(args)
    .toSorted((one, other) => Number(other.required === true) - Number(one.required === true))
    .slice(0, mostOptions)
    .map((argument) => option(argument, (language) => localized[language]?.arguments?.[argument.name]))
  return {
    type: ApplicationCommandType.ChatInput,
    name,
    ...described(summary, (language) => localized[language]?.summary),
    ...(options.length === 0 ? {} : { options }),
  }
}

function option(
  { name, type, summary, choices, required, suggested }: CommandArgument,
  summaryIn: (language: string) => string | undefined,
): object {
  const listed = type === 'choice' ? [...new Set(choices)].filter(isChoice).slice(0, mostChoices) : []
  return {
    type: type === 'number' ? ApplicationCommandOptionType.Integer : ApplicationCommandOptionType.String,
    name,
    ...described(summary, summaryIn),
    ...(required === true ? { required } : {}),
    ...(listed.length === 0 ? {} : { choices: listed.map((value) => ({ name: value, value })) }),
    ...(suggested === true && listed.length === 0 ? { autocomplete: true } : {}),
  }
}

function isChoice(value: string): boolean {
  return value.trim() !== '' && value.length <= longestChoice
}

function described(summary: string, summaryIn: (language: string) => string | undefined): object {
  const others = Object.entries(locales).flatMap(([language, locale]) => {
    const words = summaryIn(language)
    return words === undefined ? [] : [[locale, shown(words)]]
  })
  return {
    description: shown(summary),
    ...(others.length === 0 ? {} : { description_localizations: Object.fromEntries(others) }),
  }
}

/** Plain text is all that is shown there. */
function shown(summary: string): string {
  return line(summary.replaceAll('`', ''), longestSummary)
}

/** Those whose names Discord takes, each name once. */
function named<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  const names = all.map(({ name }) => name)
  return all.filter(
    ({ name }, index) => nameForm.test(name) && name === name.toLowerCase() && names.indexOf(name) === index,
  )
}
