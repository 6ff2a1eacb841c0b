/** What Claude may do: asked for by a turn, decided by whoever may. */
import { z } from 'zod'
import { type Approval } from '../../../src/contract.ts'
import { answerTo } from '../inbound.ts'
import { Problem } from '../problems.ts'
import type { App, Parts } from '../parts.ts'
import { ApprovalView, SessionParams, approvalOf } from '../shapes/session.ts'

const tags = ['permissions']

const Decision = z.union([
  z
    .object({
      decision: z.literal('allow'),
      /** `session` and `always` apply what Claude suggests to remember; absent: this once. */
      remember: z.enum(['session', 'always']).exactOptional(),
    })
    .strict(),
  z
    .object({
      decision: z.literal('deny'),
      /** Told to Claude. */
      reason: z.string().min(1).max(4000).exactOptional(),
    })
    .strict(),
  z
    .object({
      /** Ids of what is offered: the answer to a question, or to a plan. */
      choices: z.array(z.string()).max(50),
      text: z.string().min(1).max(4000).exactOptional(),
    })
    .strict(),
])

export function permissions(app: App, parts: Parts): void {
  const { bot } = parts

  app.get(
    '/api/v1/permissions',
    {
      schema: {
        summary: 'What waits for a decision',
        tags,
        querystring: z.object({ of: z.enum(['own', 'all']).default('own') }),
        response: { 200: z.object({ permissions: z.array(ApprovalView) }) },
      },
    },
    async ({ caller, query }) => {
      const approvals = await bot.office({ id: caller.name }).approvals(query.of)
      return { permissions: approvals.map(approvalOf) }
    },
  )

  app.post(
    '/api/v1/sessions/:id/permissions/:prompt',
    {
      schema: {
        summary: 'Decides: allow or deny a tool, or answer a question',
        tags,
        params: SessionParams.extend({ prompt: z.string().min(1).max(200) }),
        body: Decision,
        response: { 200: z.object({ decided: z.literal(true) }) },
      },
    },
    async ({ caller, params, body }) => {
      const session = await bot.office({ id: caller.name }).session(params.id)
      const approval = session.approvals.find(({ prompt }) => prompt === params.prompt)
      if (approval === undefined)
        throw new Problem(404, 'unknown', 'Nothing of this id waits for a decision in this session.')
      const given = chosen(approval, body)
      const where = { user: caller.name, session: params.id }
      const receipt = await bot.receive(answerTo(approval.prompt, where, given))
      if (receipt === 'refused')
        throw new Problem(403, 'forbidden', 'This is not yours to decide: somebody else has to.')
      if (receipt === 'duplicate') throw new Problem(409, 'conflict', 'It was decided meanwhile.')
      return { decided: true as const }
    },
  )
}

/** Throws {@link Problem} where that is not offered. */
function chosen(
  { choices, ownText, multiple }: Approval,
  body: z.infer<typeof Decision>,
): { readonly choices: readonly string[]; readonly text?: string } {
  const given = 'choices' in body ? body : asChoice(body)
  const unknown = given.choices.find((id) => !choices.some((choice) => choice.id === id))
  const count = given.choices.length
  const enough =
    count === 1 || (count > 1 && multiple) || (count === 0 && ownText && given.text !== undefined)
  if (unknown === undefined && enough) return given
  const offered = choices.map(({ id }) => `\`${id}\``).join(', ')
  const message =
    unknown === undefined
      ? `Choose one of ${offered}.`
      : `\`${unknown}\` is not offered: choose one of ${offered}.`
  throw new Problem(422, 'invalid', message, {
    fields: [{ field: 'choices' in body ? 'choices' : 'decision', message }],
  })
}

function asChoice(body: Exclude<z.infer<typeof Decision>, { choices: string[] }>): {
  readonly choices: readonly string[]
  readonly text?: string
} {
  if (body.decision === 'allow') return { choices: [body.remember ?? 'once'] }
  return body.reason === undefined ? { choices: ['deny'] } : { choices: ['why'], text: body.reason }
}
