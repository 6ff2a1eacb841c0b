/** What exactly Claude asks to do, as Markdown that a person can judge. Pure. */
import { relative, resolve, sep } from 'node:path'
import type { ApprovalRequest } from '../claude/turn.ts'
import type { Words } from '../words/en.ts'
import { code, fence, visible } from '../words/quoted.ts'
import { withoutWorkspace } from './tool-title.ts'

export interface Described {
  readonly title: string
  readonly markdown: string
}

type Input = ApprovalRequest['input']

/** Paths in the workspace are shown from there on; commands as they are, to the letter. */
const byTool: Readonly<Record<string, (input: Input, workspace: string) => string>> = {
  Bash: (input) => joined(said(input.description), shown(text(input.command), 'bash')),
  Write: (input, workspace) => joined(path(input.file_path, workspace), shown(text(input.content))),
  Edit: (input, workspace) =>
    joined(path(input.file_path, workspace), diff(text(input.old_string), text(input.new_string))),
  Read: (input, workspace) => path(input.file_path, workspace),
  NotebookEdit: (input, workspace) =>
    joined(path(input.notebook_path, workspace), shown(text(input.new_source))),
  WebFetch: (input) => joined(code(text(input.url)), said(input.prompt)),
  WebSearch: (input) => code(text(input.query)),
}

/** `workspace`: its absolute path; paths in it are shown from there on. */
export function describeApproval(
  request: ApprovalRequest,
  workspace: string,
  { approvals }: Words,
): Described {
  const describe = byTool[request.tool] ?? ((input: Input) => shown(JSON.stringify(input, null, 2), 'json'))
  const markdown = joined(describe(request.input, workspace), outside(request, workspace, approvals))
  return { title: approvals.title(request.tool), markdown }
}

/** The CLI names a path also where it only asks because the tool writes: what is inside needs no warning. */
function outside({ blockedPath }: ApprovalRequest, workspace: string, texts: Words['approvals']): string {
  if (blockedPath === undefined) return ''
  const way = relative(workspace, resolve(workspace, blockedPath))
  const inside = way !== '..' && !way.startsWith(`..${sep}`)
  return inside ? '' : texts.outside(code(blockedPath))
}

function diff(before: string, after: string): string {
  const lines = [marked('- ', before), marked('+ ', after)]
  return shown(lines.filter((part) => part !== '').join('\n'), 'diff')
}

function marked(mark: string, content: string): string {
  return content === '' ? '' : content.replaceAll(/^/gm, mark)
}

function shown(content: string, language = ''): string {
  return fence(visible(content), language)
}

/** Claude's words about it: no Markdown in them may look like what is asked. */
function said(value: unknown): string {
  const words = text(value)
  return words === '' ? '' : words.includes('\n') ? shown(words) : code(words)
}

function path(value: unknown, workspace: string): string {
  return code(withoutWorkspace(text(value), workspace))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
