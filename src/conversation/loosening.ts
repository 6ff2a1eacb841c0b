/** What people allowed a session beyond what the operator did, and which tool uses could go by that. Pure. */
import { z } from 'zod'
import { offeredServer } from '../claude/offered-tools.ts'
import type { PermissionMode } from '../claude/turn.ts'
import { rulesIn } from './grants.ts'
import { isLooser } from './looser.ts'
import { type ToolUse, matchesRule, surelyMatchesRule } from './tool-pattern.ts'

export interface Loosening {
  /** Rules that its CLI goes by, as it writes them. */
  readonly rules: readonly string[]
  /** Is a mode on, or a folder open, that the operator did not configure? */
  readonly more: boolean
}

/** What it would be by what the operator configured. */
interface Configured {
  readonly permissionMode?: PermissionMode | undefined
  readonly allowedTools: readonly string[]
}

const Addition = z.object({ type: z.string(), mode: z.string().optional() })

/** `suggestions`: those of the CLI's that somebody allowed. */
export function looseningBy(
  suggestions: readonly unknown[],
  mode: PermissionMode | undefined,
  { permissionMode = 'default' }: Configured,
): Loosening {
  const modeOrFolder = suggestions.some((suggestion) => {
    const { data } = Addition.safeParse(suggestion)
    return data?.type !== 'addRules' && !(data?.type === 'setMode' && data.mode === permissionMode)
  })
  const looser = mode !== undefined && isLooser(mode, permissionMode)
  return { rules: rulesIn(suggestions), more: looser || modeOrFolder }
}

/** These do nothing, or nothing that is not judged by itself. */
const harmless = new Set([
  'Agent',
  'AskUserQuestion',
  'EnterPlanMode',
  'ExitPlanMode',
  'Task',
  'TodoWrite',
  'ToolSearch',
])

/** Of these a rule says what it means; a rule about files also lets through what reads or writes them otherwise. */
const plain = /^(?:Bash|WebFetch|WebSearch|mcp__[\w-]+)(?:\(|$)/

/** Could the CLI let this go unasked for no other reason than that? Rather too often than too seldom. */
export function goesBy(
  { rules, more }: Loosening,
  use: ToolUse,
  workspace: string,
  { allowedTools }: Configured,
): boolean {
  if (harmless.has(use.tool) || use.tool.startsWith(`mcp__${offeredServer}__`)) return false
  if (allowedTools.some((rule) => surelyMatchesRule(rule, use, workspace))) return false
  if (rules.some((rule) => plain.test(rule) && matchesRule(rule, use, workspace))) return true
  // What lies in the workspace is read unasked in every mode.
  const reads = surelyMatchesRule('Read(**)', use, workspace)
  return !reads && (more || rules.some((rule) => !plain.test(rule)))
}
