/** Leave to use a tool: what is asked and what the answer means. Pure. */
import type { ApprovalRequest, Decision } from '../claude/turn.ts'
import type { Choice } from '../contract.ts'
import type { Asking } from '../prompts/prompts.ts'
import { describeApproval } from './approval-text.ts'
import { rulesIn } from './grants.ts'

/** What the operator wants of a tool use. */
export interface ToolRules {
  /** Asked each time: no answer may be remembered. */
  readonly always: boolean
  /** Somebody else than the requester has to allow it. */
  readonly second: boolean
}

const words = {
  once: 'Allow once',
  session: 'Allow for this session',
  always: 'Always in this workspace',
  deny: 'Deny',
  why: 'Deny and say why',
  denied: 'The user denied this.',
  second: 'Whoever asked for it may deny it; to allow it takes somebody else, who may decide for others.',
}

/** Ids of the choices that let Claude go on. */
export const allowing: readonly string[] = ['once', 'session', 'always']

export function approvalQuestion(
  request: ApprovalRequest,
  workspace: string,
  { always, second }: ToolRules,
): Asking['shown'] {
  const { title, markdown } = describeApproval(request, workspace)
  const remembered: Choice[] =
    always || second || request.suggestions.length === 0 ? [] : [{ id: 'session', label: words.session }]
  if (remembered.length > 0 && rulesIn(request.suggestions).length > 0) {
    remembered.push({ id: 'always', label: words.always })
  }
  const choices: Choice[] = [
    { id: 'once', label: words.once, style: 'primary' },
    ...remembered,
    { id: 'deny', label: words.deny, style: 'danger' },
    { id: 'why', label: words.why, text: true },
  ]
  return { title, markdown: second ? `${markdown}\n\n${words.second}` : markdown, choices }
}

export function decisionOnTool(
  request: ApprovalRequest,
  { choices, text = '' }: { readonly choices: readonly string[]; readonly text?: string },
): Decision {
  const [choice] = choices
  if (choice === 'once') return { behavior: 'allow' }
  if (choice === 'session' || choice === 'always') return { behavior: 'allow', remember: request.suggestions }
  return { behavior: 'deny', reason: text.trim() === '' ? words.denied : text }
}
