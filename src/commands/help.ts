import type { CommandInfo } from '../contract.ts'
import { known } from './claude.ts'
import { type ImmediateCommand, CommandError } from './command.ts'

export const help: ImmediateCommand = {
  name: 'help',
  usage: '[command]',
  summary: 'shows this, or more about one command',
  arguments: [{ name: 'command', type: 'text', summary: 'its name' }],
  when: 'now',
  async run({ args, commands, moreHelp, store, place }) {
    const own = commands.filter(({ by }) => by === undefined)
    const claudes = known((await store.sessions.get(place.conversation))?.commands)
    if (args !== '') return about(args.replace(/^\//, ''), [...own, ...claudes])
    const lines = own.map((command) => `- ${line(command)}`)
    const names = claudes.map(({ name }) => `\`/${name}\``)
    const more = `Claude's own: ${names.join(', ')}. \`/help <command>\` tells more.`
    return ['Anything that is no command goes to Claude.', lines.join('\n'), more, moreHelp]
      .filter(Boolean)
      .join('\n\n')
  },
}

function about(wanted: string, commands: readonly CommandInfo[]): string {
  const name = wanted.toLowerCase()
  const command = commands.find((each) => each.name.toLowerCase() === name)
  if (command === undefined) {
    const shown = wanted.slice(0, 40).replaceAll('`', "'")
    throw new CommandError(`There is no command \`/${shown}\`. \`/help\` lists them.`)
  }
  const details = (command.arguments ?? []).map(({ name: argument, summary, choices, required }) => {
    const one = choices === undefined ? '' : ` (${choices.map((choice) => `\`${choice}\``).join(', ')})`
    return `- ${argument}: ${summary}${one}${required === true ? '' : '; may be left out'}`
  })
  return [line(command), details.join('\n')].filter(Boolean).join('\n\n')
}

function line({ name, usage, summary }: CommandInfo): string {
  return `\`/${[name, usage].filter(Boolean).join(' ')}\` ${summary}`
}
