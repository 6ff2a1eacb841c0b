import type { CommandInfo } from '../contract.ts'
import type { Words } from '../words/en.ts'
import { quoted } from '../words/quoted.ts'
import { known } from './claude.ts'
import { type ImmediateCommand, CommandError } from './command.ts'
import { inLanguage, worded } from './worded.ts'

/** What people want most, and what needs nothing behind its name: as buttons. */
const offered: readonly string[] = ['status', 'new', 'stop', 'sessions', 'model', 'cost']

export const help: ImmediateCommand = {
  ...worded('help', [{ name: 'command', type: 'text', suggested: true }]),
  when: 'now',
  async run({ args, words, person, commands, moreHelp, store, place, message: { address } }) {
    const texts = words.commands.help
    const told = (command: CommandInfo): CommandInfo => inLanguage(command, person.language)
    const own = commands.filter(({ by }) => by === undefined).map(told)
    const claudes = known((await store.sessions.get(place.conversation))?.commands).map(told)
    if (args !== '') return about(args.replace(/^\//, '').split(/\s/, 1).join(), [...own, ...claudes], words)
    const lines = own.map((command) => `- ${line(command)}`)
    const names = claudes.map(({ name }) => `\`/${name}\``)
    const all = [texts.text, lines.join('\n'), texts.claudes(words.format.items(names)), moreHelp]
    const buttons = offered
      .filter((name) => commands.some((command) => command.name === name))
      .map((name) => ({ label: `/${name}`, says: `/${name}`, address }))
    return { words: all.filter(Boolean).join('\n\n'), buttons }
  },
}

function about(
  wanted: string,
  commands: readonly CommandInfo[],
  { commands: { help: texts }, format }: Words,
): string {
  const name = wanted.toLowerCase()
  const command = commands.find((each) => each.name.toLowerCase() === name)
  if (command === undefined) {
    throw new CommandError(texts.unknown(quoted(wanted)))
  }
  const details = (command.arguments ?? []).map(({ name: argument, summary, choices, required }) => {
    const among = choices === undefined ? '' : texts.among(format.items(choices.map((each) => `\`${each}\``)))
    return `- ${format.entry(argument, summary)}${among}${required === true ? '' : texts.optional}`
  })
  return [line(command), details.join('\n')].filter(Boolean).join('\n\n')
}

function line({ name, usage, summary }: CommandInfo): string {
  return `\`/${[name, usage].filter(Boolean).join(' ')}\` ${summary}`
}
