import type { CommandInfo } from '../contract.ts'
import { type ImmediateCommand, CommandError } from './command.ts'

export const help: ImmediateCommand = {
  name: 'help',
  usage: '[command]',
  summary: 'shows this, or more about one command',
  arguments: [{ name: 'command', type: 'text', summary: 'its name' }],
  when: 'now',
  async run({ args, commands, moreHelp }) {
    if (args !== '') return about(args.replace(/^\//, '').toLowerCase(), commands)
    const lines = commands.filter(({ by }) => by === undefined).map((command) => `- ${line(command)}`)
    const claudes = commands.filter(({ by }) => by === 'claude').map(({ name }) => `\`/${name}\``)
    const more = `Claude's own: ${claudes.join(', ')}. \`/help <command>\` tells more.`
    return ['Anything that is no command goes to Claude.', lines.join('\n'), more, moreHelp]
      .filter(Boolean)
      .join('\n\n')
  },
}

function about(name: string, commands: readonly CommandInfo[]): string {
  const command = commands.find((each) => each.name === name)
  if (command === undefined)
    throw new CommandError(`There is no command \`/${name.slice(0, 40)}\`. \`/help\` lists them.`)
  const details = (command.arguments ?? []).map(({ name: argument, summary, choices, required }) => {
    const one = choices === undefined ? '' : ` (${choices.map((choice) => `\`${choice}\``).join(', ')})`
    return `- ${argument}: ${summary}${one}${required === true ? '' : '; may be left out'}`
  })
  return [line(command), details.join('\n')].filter(Boolean).join('\n\n')
}

function line({ name, usage, summary }: CommandInfo): string {
  return `\`/${[name, usage].filter(Boolean).join(' ')}\` ${summary}`
}
