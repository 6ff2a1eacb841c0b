/** Leave to use a tool: what is asked and what the answer means. Pure. */
import type { ApprovalRequest, Decision } from '../claude/turn.ts'
import type { Choice } from '../contract.ts'
import type { Asking } from '../prompts/asking.ts'
import type { Words } from '../words/en.ts'
import { describeApproval } from './approval-text.ts'
import { rulesIn } from './grants.ts'

/** What the operator wants of a tool use. */
export interface ToolRules {
  /** Asked each time: no answer may be remembered. */
  readonly always: boolean
  /** Somebody else than the requester has to allow it. */
  readonly second: boolean
}

/** Said to Claude, so in English. */
const denied = 'The user denied this.'

/** Ids of the choices that let Claude go on. */
export const allowing: readonly string[] = ['once', 'session', 'always']

export function approvalQuestion(
  request: ApprovalRequest,
  workspace: string,
  { always, second }: ToolRules,
  words: Words,
): Asking['shown'] {
  const { approvals: texts, language } = words
  const { title, markdown } = describeApproval(request, workspace, words)
  const remembered: Choice[] =
    always || second || request.suggestions.length === 0 ? [] : [{ id: 'session', label: texts.session }]
  if (remembered.length > 0 && rulesIn(request.suggestions).length > 0) {
    remembered.push({ id: 'always', label: texts.always })
  }
  const choices: Choice[] = [
    { id: 'once', label: texts.once, style: 'primary' },
    ...remembered,
    { id: 'deny', label: texts.deny, style: 'danger' },
    { id: 'why', label: texts.why, text: true },
  ]
  return { language, title, markdown: second ? `${markdown}\n\n${texts.second}` : markdown, choices }
}

export function decisionOnTool(
  request: Pick<ApprovalRequest, 'suggestions'>,
  { choices, text = '' }: { readonly choices: readonly string[]; readonly text?: string },
): Decision {
  const [choice] = choices
  if (choice === 'once') return { behavior: 'allow' }
  if (choice === 'session' || choice === 'always') return { behavior: 'allow', remember: request.suggestions }
  return { behavior: 'deny', reason: text.trim() === '' ? denied : text }
}
