/** One line that says what a tool is used for: the argument that a person would ask about. Pure. */

import { visible } from '../words/quoted.ts'

const maximum = 120

/** The input fields that tell most, by tool; others fall back to the first string that they have. */
const telling: Readonly<Record<string, readonly string[]>> = {
  Bash: ['command'],
  Read: ['file_path'],
  Write: ['file_path'],
  Edit: ['file_path'],
  NotebookEdit: ['notebook_path'],
  Glob: ['pattern'],
  Grep: ['pattern'],
  WebFetch: ['url'],
  WebSearch: ['query'],
  Task: ['description'],
  Agent: ['description'],
  AskUserQuestion: [],
  ExitPlanMode: [],
  TodoWrite: [],
}

/** Paths in the workspace are shown from there on: where the workspace lies tells a person nothing. */
export function toolTitle(name: string, input: Readonly<Record<string, unknown>>, workspace: string): string {
  const fields = telling[name] ?? Object.keys(input)
  const value = fields.map((field) => input[field]).find((each) => typeof each === 'string')
  return typeof value === 'string' ? oneLine(withoutWorkspace(value, workspace)) : ''
}

export function withoutWorkspace(text: string, workspace: string): string {
  return workspace === '' ? text : text.replaceAll(`${workspace}/`, '')
}

function oneLine(text: string): string {
  const line = visible(text.trim().replaceAll(/\s+/g, ' '))
  return line.length <= maximum ? line : `${line.slice(0, maximum - 1).toWellFormed()}…`
}
