/** Says in words what came of a tool use. Pure. */
import type { ToolOutcome } from './conversation.ts'

/** How much of a result is quoted, in UTF-16 units. */
const mostQuoted = 2000

export function report(outcome: ToolOutcome): string {
  const subject = subjectOf(outcome)
  const text = outcome.text
    .replaceAll(/<\/?tool_use_error>/g, '')
    .slice(0, mostQuoted)
    .trimEnd()
  if (!outcome.failed)
    return text === '' ? `${subject} gave nothing back.` : `${subject} gave:\n\n${fenced(text)}`
  // A refusal comes as the bare words of whoever refused, and so do a few of the CLI's own complaints.
  const broke = text.startsWith('Exit code') || outcome.text.includes('<tool_use_error>')
  return broke
    ? `${subject} failed:\n\n${fenced(text)}`
    : `I could not use ${outcome.tool}. The reason given: ${text}`
}

function subjectOf({ tool, input }: ToolOutcome): string {
  const command = input.command
  if (tool !== 'Bash' || typeof command !== 'string') return tool
  return /^[^`\n]{1,80}$/.test(command) ? `\`${command}\`` : 'The command'
}

/** In a fence longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}
