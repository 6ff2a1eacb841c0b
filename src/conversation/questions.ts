/** What Claude asks for, as questions to a person, and the answers as what Claude is told. Pure. */
import { z } from 'zod'
import type { ApprovalRequest, Decision, PermissionMode } from '../claude/turn.ts'
import type { Choice } from '../contract.ts'
import type { Asking } from '../prompts/asking.ts'
import type { Words } from '../words/en.ts'
import { type ToolRules, approvalQuestion, decisionOnTool } from './approval-questions.ts'

export type Question = Pick<Asking, 'kind' | 'shown'>

/** What somebody answered to one question. */
export interface Given {
  readonly choices: readonly string[]
  readonly text?: string
}

export interface Circumstances {
  /** Its absolute path. */
  readonly workspace: string
  /** The mode that the session goes on in when a plan is approved. */
  readonly modeAfterPlan: PermissionMode
  readonly rules: ToolRules
  /** Of whoever asked Claude. */
  readonly words: Words
}

/** Said to Claude, so in English. */
const answers = {
  keepPlanning: 'The user wants to keep planning. Do not begin yet.',
  withFeedback: (feedback: string) => `The user wants to keep planning. Their feedback: ${feedback}`,
}

const Questions = z.object({
  questions: z
    .array(
      z.object({
        question: z.string(),
        multiSelect: z.boolean().catch(false),
        options: z.array(z.object({ label: z.string(), description: z.string().catch('') })),
      }),
    )
    .min(1),
})

/** One or several, to be asked one after another. */
export function questionsOf(request: ApprovalRequest, circumstances: Circumstances): readonly Question[] {
  const { workspace, rules, words } = circumstances
  if (request.tool === 'ExitPlanMode') return [planQuestion(request, words)]
  const asked = claudesQuestions(request)
  if (asked === undefined) {
    return [{ kind: 'approval', shown: approvalQuestion(request, workspace, rules, words) }]
  }
  return asked.map(({ question, multiSelect, options }, index) => ({
    kind: 'question',
    shown: {
      language: words.language,
      title: asked.length === 1 ? question : words.approvals.question(index + 1, asked.length, question),
      markdown: options.map(({ label, description }) => listed(label, description)).join('\n'),
      choices: options.map(({ label, description }, option): Choice => {
        return { id: String(option + 1), label, ...(description === '' ? {} : { description }) }
      }),
      ...(multiSelect ? { multiple: true } : {}),
      ownText: true,
    },
  }))
}

/** `given`: an answer to each of its questions, in their order. */
export function decisionOf(
  request: ApprovalRequest,
  given: readonly Given[],
  { modeAfterPlan }: Pick<Circumstances, 'modeAfterPlan'>,
): Decision {
  const [first] = given
  if (first === undefined) throw new Error('a decision without an answer')
  if (request.tool === 'ExitPlanMode') return decisionOnPlan(first, modeAfterPlan)
  const asked = claudesQuestions(request)
  if (asked === undefined) return decisionOnTool(request, first)
  const chosen = asked.map(({ question, options }, index) => {
    const { choices = [], text = '' } = given[index] ?? {}
    const labels = options
      .filter((_, option) => choices.includes(String(option + 1)))
      .map(({ label }) => label)
    return [question, labels.length > 0 ? labels.join(', ') : text] as const
  })
  return { behavior: 'allow', input: { ...request.input, answers: Object.fromEntries(chosen) } }
}

/** Undefined: the request asks for leave to use a tool, and nothing else. */
function claudesQuestions({
  tool,
  input,
}: ApprovalRequest): z.infer<typeof Questions>['questions'] | undefined {
  return tool === 'AskUserQuestion' ? Questions.safeParse(input).data?.questions : undefined
}

function planQuestion({ input }: ApprovalRequest, { approvals: texts, language }: Words): Question {
  const plan = typeof input.plan === 'string' && input.plan.trim() !== '' ? input.plan : texts.noPlan
  const choices: Choice[] = [
    { id: 'approve', label: texts.approve, style: 'primary' },
    { id: 'keep', label: texts.keep, style: 'danger' },
    { id: 'feedback', label: texts.feedback, text: true },
  ]
  return { kind: 'plan', shown: { language, title: texts.plan, markdown: plan, choices } }
}

function decisionOnPlan({ choices, text = '' }: Given, mode: PermissionMode): Decision {
  if (choices.includes('approve')) return { behavior: 'allow', remember: [{ type: 'setMode', mode }] }
  const reason = text.trim() === '' ? answers.keepPlanning : answers.withFeedback(text)
  return { behavior: 'deny', reason }
}

function listed(label: string, description: string): string {
  return `- **${label}**${description === '' ? '' : `: ${description}`}`
}
