import type { ImmediateCommand } from './command.ts'

export const tools: ImmediateCommand = {
  name: 'tools',
  usage: '',
  summary: 'shows what Claude can use in this session',
  when: 'now',
  async run({ store, place, config }) {
    const record = await store.sessions.get(place.conversation)
    const { allowedTools, disallowedTools } = config.claude
    const known = record?.tools ?? []
    const parts = [
      known.length === 0
        ? 'Claude tells its tools with its first answer: ask again after that.'
        : grouped(known),
      allowedTools.length === 0 ? '' : `Used without asking: ${list(allowedTools)}.`,
      disallowedTools.length === 0 ? '' : `Never used: ${list(disallowedTools)}.`,
    ]
    return parts.filter(Boolean).join('\n\n')
  },
}

/** Tools of an MCP server are named `mcp__<server>__<tool>`. */
function grouped(names: readonly string[]): string {
  const groups = Map.groupBy(names, (name) => /^mcp__(.+?)__/.exec(name)?.[1] ?? '')
  return [...groups]
    .map(([server, of]) => `${server === '' ? 'Tools' : `Tools of ${server}`}: ${list(of)}.`)
    .join('\n\n')
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
