/** Rules such as `Bash(rm *)`, `Write` or `mcp__docs`, held against what Claude wants to use. Pure. */
import type { ApprovalRequest } from '../claude/turn.ts'

/** The input that a rule's pattern is about, by tool; of others the whole input, as JSON. */
const subjects: Readonly<Record<string, string>> = {
  Bash: 'command',
  Read: 'file_path',
  Write: 'file_path',
  Edit: 'file_path',
  NotebookEdit: 'notebook_path',
  WebFetch: 'url',
  WebSearch: 'query',
}

/**
 * Rather too often than too seldom: a command is held against the pattern from every word on, so that `sudo rm x`,
 * `a && rm x` and `bash -c 'rm x'` are all `rm *`. A command that hides its words can still not be seen through.
 */
export function matchesRule(rule: string, { tool, input }: Pick<ApprovalRequest, 'tool' | 'input'>): boolean {
  const [, name = '', pattern] = /^([^(]*)(?:\((.*)\))?$/s.exec(rule.trim()) ?? []
  if (name !== tool && !(pattern === undefined && tool.startsWith(`${name}__`))) return false
  if (pattern === undefined || pattern === '*') return true
  const field = subjects[tool]
  const subject = field === undefined ? JSON.stringify(input) : input[field]
  if (typeof subject !== 'string') return false
  const fits = globOf(tool === 'Bash' ? pattern.replace(/:\*$/, ' *') : pattern)
  return (tool === 'Bash' ? wordsOf(subject) : [subject]).some((text) => fits.test(text))
}

/** `rm *` is also `rm` alone. */
function globOf(pattern: string): RegExp {
  const optional = pattern.endsWith(' *')
  const literal = (optional ? pattern.slice(0, -2) : pattern)
    .split('*')
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${literal}${optional ? '(?:\\s.*)?' : ''}$`, 's')
}

/** The rest of the command from each word on. */
function wordsOf(command: string): string[] {
  const starts = command.matchAll(/(?<=^|[\s;&|(){}`"'\\/=])[^\s;&|(){}`"'\\/=]/g)
  return Array.from(starts, ({ index }) => {
    // Up to where a shell would begin another command, and as one line of single blanks.
    const rest = command.slice(index)
    return rest
      .split(/[;&|(){}`"'\n]/, 1)
      .join('')
      .replaceAll(/\s+/g, ' ')
      .trim()
  })
}
