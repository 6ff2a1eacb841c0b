/** Rules such as `Bash(rm *)`, `Write` or `mcp__docs`, held against what Claude wants to use. Links are followed. */
import { relative, resolve, sep } from 'node:path'
import type { ApprovalRequest } from '../claude/turn.ts'
import { realWay } from './real-way.ts'
import { commandsIn } from './shell-words.ts'

/** What Claude wants to do. */
export type ToolUse = Pick<ApprovalRequest, 'tool' | 'input'> & Partial<Pick<ApprovalRequest, 'blockedPath'>>

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

/** `Name`, `Name(pattern)` or `*`. */
export const ruleForm = /^(?:\*|[A-Za-z][\w-]*(?:\(.+\))?)$/s

/**
 * For what must not slip by: rather too often than too seldom. A command is held against the pattern from every word
 * on, so that `sudo rm x`, `a && rm x` and `bash -c 'rm x'` are all `rm *`; a path as it is written, as it is meant,
 * where its links lead, and from the workspace on. Whatever takes a command counts as Bash. A command that hides its
 * words can still not be seen through.
 */
export function matchesRule(rule: string, given: ToolUse, workspace = ''): boolean {
  const asBash = typeof given.input.command === 'string' && parse(rule, 'Bash').names
  const use = asBash ? { ...given, tool: 'Bash' } : given
  const { names, pattern } = parse(rule, use.tool)
  if (!names) return false
  if (pattern === undefined) return true
  const { tool, input } = use
  const subject = subjectOf(use)
  if (subject === undefined) return false
  const fits = globOf(tool, pattern)
  if (tool === 'Bash') return commandsIn(subject).some((text) => text === undefined || fits.test(text))
  if (isPath(tool)) {
    const real = waysTo(realWay(resolve(workspace, subject)), workspace === '' ? '' : realWay(workspace))
    return [subject, ...waysTo(subject, workspace), ...real].some((text) => fits.test(text))
  }
  const domain = /^domain:(.+)$/.exec(pattern)?.[1]
  if (tool === 'WebFetch' && domain !== undefined) {
    const host = hostOf(input.url)
    return host === domain || host?.endsWith(`.${domain}`) === true
  }
  return fits.test(subject)
}

/** More than one command, or a part that only the shell knows. */
const shellMarks = /[;&|<>$`(){}\n\r\\]/

/**
 * For what goes unasked: rather too seldom than too often. A command must be one, and fit from its first word to its
 * last; a path must lie in the workspace.
 */
export function surelyMatchesRule(rule: string, use: ToolUse, workspace: string): boolean {
  const { names, pattern } = parse(rule, use.tool)
  if (!names || use.input.dangerouslyDisableSandbox === true) return false
  if (use.blockedPath !== undefined && !isInside(use.blockedPath, workspace)) return false
  if (pattern === undefined) return true
  const subject = subjectOf(use)
  if (subject === undefined) return false
  const fits = globOf(use.tool, pattern)
  if (use.tool === 'Bash') return !shellMarks.test(subject) && fits.test(subject.trim())
  if (isPath(use.tool))
    return isInside(subject, workspace) && waysTo(subject, workspace).some((way) => fits.test(way))
  if (use.tool !== 'WebFetch') return fits.test(subject)
  return (
    pattern === `domain:${hostOf(subject) ?? ''}` ||
    (URL.canParse(subject) && fits.test(new URL(subject).href))
  )
}

function parse(
  rule: string,
  tool: string,
): { readonly names: boolean; readonly pattern: string | undefined } {
  const [, name = '', pattern] = /^([^(]*)(?:\((.*)\))?$/s.exec(rule.trim()) ?? []
  const whole = pattern === undefined || pattern === '*'
  const names = name === tool || (whole && (name === '*' || tool.startsWith(`${name}__`)))
  return { names, pattern: whole ? undefined : pattern }
}

function subjectOf({ tool, input }: ToolUse): string | undefined {
  const field = subjects[tool]
  const subject = field === undefined ? JSON.stringify(input) : input[field]
  return typeof subject === 'string' ? subject : undefined
}

function isPath(tool: string): boolean {
  return subjects[tool]?.endsWith('_path') === true
}

/** The same path without detours: absolute, and from the workspace on. */
function waysTo(path: string, workspace: string): string[] {
  const absolute = resolve(workspace, path)
  return workspace === '' ? [absolute] : [absolute, relative(workspace, absolute)]
}

/** Wherever links lead. */
function isInside(path: string, workspace: string): boolean {
  const absolute = resolve(workspace, path)
  return leadsInto(absolute, workspace) && leadsInto(realWay(absolute), realWay(workspace))
}

function leadsInto(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

function hostOf(url: unknown): string | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).hostname : undefined
}

/** `rm *` is also `rm` alone. */
function globOf(tool: string, written: string): RegExp {
  const pattern = tool === 'Bash' ? written.replace(/:\*$/, ' *') : written
  const optional = pattern.endsWith(' *')
  const literal = (optional ? pattern.slice(0, -2) : pattern)
    .split('*')
    .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${literal}${optional ? '(?:\\s.*)?' : ''}$`, 's')
}
