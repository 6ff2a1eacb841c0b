import type { Words } from '../words/en.ts'
import { listsFor } from '../conversation/policy.ts'
import type { ImmediateCommand } from './command.ts'
import { worded } from './worded.ts'

export const tools: ImmediateCommand = {
  ...worded('tools'),
  when: 'now',
  async run({ words, store, place, config, person }) {
    const texts = words.commands.tools
    const record = await store.sessions.get(place.conversation)
    const { allow, ask, never } = listsFor(config.approvals, person.role ?? 'guest')
    const [allowedTools, disallowedTools] = [
      [...config.claude.allowedTools, ...allow],
      [...config.claude.disallowedTools, ...never],
    ]
    const asked = [...new Set([...ask, ...config.approvals.secondApprover])]
    const known = record?.tools ?? []
    const parts = [
      known.length === 0 ? texts.unknown : grouped(known, words),
      allowedTools.length === 0 ? '' : texts.allowed(list(allowedTools, words)),
      asked.length === 0 ? '' : texts.asked(list(asked, words)),
      disallowedTools.length === 0 ? '' : texts.never(list(disallowedTools, words)),
    ]
    return parts.filter(Boolean).join('\n\n')
  },
}

/** Tools of an MCP server are named `mcp__<server>__<tool>`. */
function grouped(names: readonly string[], words: Words): string {
  const texts = words.commands.tools
  const groups = Map.groupBy(names, (name) => /^mcp__(.+?)__/.exec(name)?.[1] ?? '')
  return [...groups]
    .map(([server, of]) => (server === '' ? texts.own(list(of, words)) : texts.of(server, list(of, words))))
    .join('\n\n')
}

function list(names: readonly string[], { format }: Words): string {
  return format.items(names.map((name) => `\`${name}\``))
}
