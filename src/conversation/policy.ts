/** What the operator lets Claude do for whom: always, only when somebody agrees, never. Pure. */
import { type Role, may } from '../access.ts'
import { offeredServer } from '../claude/offered-tools.ts'
import type { ClaudeOptions } from '../claude/turn.ts'
import { type ToolUse, matchesRule, surelyMatchesRule } from './tool-pattern.ts'

/** Lists of rules, see {@link ToolUse}. */
interface Lists {
  readonly allow: readonly string[]
  readonly ask: readonly string[]
  readonly never: readonly string[]
}

/** The `approvals` block of the config, as far as it is about tools. */
export interface Policy {
  /** For everybody. */
  readonly tools: Lists
  /** Besides those. */
  readonly roles: Readonly<Partial<Record<Role, Lists | undefined>>>
  /** Somebody else than the requester has to allow it. */
  readonly secondApprover: readonly string[]
}

/** What becomes of a tool use: `never` beats `ask`, `ask` beats `allow`; `open`: no rule speaks of it. */
export interface Verdict {
  readonly says: 'never' | 'ask' | 'allow' | 'open'
  /** The rule that says so. */
  readonly rule: string | undefined
  /** Somebody else than the requester has to allow it. */
  readonly second: boolean
  /** Does what people allowed for a session or for good hold for this role? It could not have allowed it. */
  readonly remembers: boolean
}

/** Claude's words to people: nothing is done by them, so nobody needs to allow them. */
const talk = new Set(['AskUserQuestion', 'ExitPlanMode'])

/** `role`: of whoever asked Claude. */
export function verdictOn(policy: Policy, role: Role, use: ToolUse, workspace: string): Verdict {
  return { ...ruleOn(policy, role, use, workspace), remembers: may(role, 'decide-own') }
}

function ruleOn(policy: Policy, role: Role, use: ToolUse, workspace: string): Omit<Verdict, 'remembers'> {
  const { allow, ask, never } = listsFor(policy, role)
  // `*` means what Claude does, not how it talks to people.
  const isTalk = talk.has(use.tool) || use.tool.startsWith(`mcp__${offeredServer}__`)
  const first = (rules: readonly string[], matches: typeof surelyMatchesRule): string | undefined =>
    rules.find((rule) => !(isTalk && rule === '*') && matches(rule, use, workspace))
  const refused = first(never, matchesRule)
  if (refused !== undefined) return { says: 'never', rule: refused, second: false }
  if (talk.has(use.tool)) return { says: 'open', rule: undefined, second: false }
  const second = first(policy.secondApprover, matchesRule)
  const asked = second ?? first(ask, matchesRule)
  if (asked !== undefined) return { says: 'ask', rule: asked, second: second !== undefined }
  const allowed = first(allow, surelyMatchesRule)
  return { says: allowed === undefined ? 'open' : 'allow', rule: allowed, second: false }
}

/** What holds for somebody with this role, whichever list of the config it comes from. */
export function listsFor({ tools, roles }: Pick<Policy, 'tools' | 'roles'>, role: Role): Lists {
  const own = roles[role]
  return {
    allow: [...tools.allow, ...(own?.allow ?? [])],
    ask: [...tools.ask, ...(own?.ask ?? [])],
    never: [...tools.never, ...(own?.never ?? [])],
  }
}

/**
 * What holds for everybody the CLI itself is told. Not what holds for a role: in a shared chat one process works for
 * people of several.
 */
export function withPolicy(claude: ClaudeOptions, { tools }: Pick<Policy, 'tools'>): ClaudeOptions {
  return {
    ...claude,
    allowedTools: [...claude.allowedTools, ...named(tools.allow)],
    disallowedTools: [...claude.disallowedTools, ...named(tools.never)],
  }
}

/** The CLI knows no `*`. */
function named(rules: readonly string[]): readonly string[] {
  return rules.filter((rule) => rule !== '*')
}
