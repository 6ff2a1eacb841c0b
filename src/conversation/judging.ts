/** A verdict of the operator's rules, as what the CLI, Claude and people are told. */
import type { Decision, Guard } from '../claude/turn.ts'
import type { Message } from '../contract.ts'
import type { ToolRules } from './approval-questions.ts'
import type { Verdict } from './policy.ts'
import type { ToolUse } from './tool-pattern.ts'

/** Judges what Claude wants to do for whoever wrote this message. */
export type Judge = (use: ToolUse, message: Message, workspace: string) => Promise<Verdict>

/** Said to Claude, so in English. */
const words = {
  never: (rule = '') =>
    `The operator of this chat does not let you do this for whoever asked (rule ${rule}). Do without it, and say so if it matters.`,
  nobody: 'Nobody has asked for this. Do without it.',
}

/** The messages that Claude works for, or worked for last, and how. */
export interface Served {
  /** Several: what Claude left running for each is told of at once. */
  readonly messages: readonly Message[]
  readonly workspace: string
  /** Would the CLI let this go by what people allowed, and by nothing else? */
  readonly loosened: (use: ToolUse) => boolean
}

/** What the CLI does before it asks anybody. */
export function guardOf(judge: Judge, serves: (agent: string | undefined) => Served | undefined): Guard {
  return async (use) => {
    const served = serves(use.agent)
    if (served === undefined) return { never: words.nobody }
    const { messages, workspace } = served
    const verdicts = await Promise.all(messages.map((message) => judge(use, message, workspace)))
    const { says, rule, remembers } = strictest(verdicts)
    if (says === 'never') return { never: words.never(rule) }
    if (says === 'open' && !remembers && served.loosened(use)) return 'ask'
    return says === 'ask' ? 'ask' : undefined
  }
}

const order = ['never', 'ask', 'open', 'allow'] as const

/** What several people's roles allow together; of nobody's, nothing. */
export function strictest(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts.toSorted((one, other) => order.indexOf(one.says) - order.indexOf(other.says))
  if (first === undefined) return { says: 'never', rule: undefined, second: false, remembers: false }
  return {
    ...first,
    second: verdicts.some(({ second }) => second),
    remembers: verdicts.every(({ remembers }) => remembers),
  }
}

/** Undefined: a person has to decide. */
export function decisionBy({ says, rule }: Verdict): Decision | undefined {
  if (says === 'never') return { behavior: 'deny', reason: words.never(rule) }
  return says === 'allow' ? { behavior: 'allow' } : undefined
}

export function rulesBy({ says, second, remembers }: Verdict): ToolRules {
  return { always: says === 'ask' || !remembers, second }
}
