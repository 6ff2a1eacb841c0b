/** What the CLI offers to allow for good, as rules that its `--allowedTools` takes. Pure. */
import { z } from 'zod'

const Suggestion = z.object({
  type: z.literal('addRules'),
  behavior: z.literal('allow'),
  rules: z.array(z.object({ toolName: z.string().min(1), ruleContent: z.string().optional() })),
})

/** Of modes and folders nothing is kept: those are for the session alone. */
export function rulesIn(suggestions: readonly unknown[]): readonly string[] {
  return suggestions.flatMap((suggestion) => {
    const { data } = Suggestion.safeParse(suggestion)
    return (data?.rules ?? []).map(({ toolName, ruleContent }) =>
      ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`,
    )
  })
}
