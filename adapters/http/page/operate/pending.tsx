/** What waits for a decision, whosever it is. */
import { useCallback } from 'react'
import { z } from 'zod'
import { ApprovalView } from '../../shapes/session.ts'
import { type Client, part } from '../api/client.ts'
import { useFresh } from '../parts/fresh.ts'
import { Asked } from '../session/approvals.tsx'
import { words } from '../words/words.ts'
import { Panel } from './panel.tsx'

const everyMs = 4_000
const Permissions = z.object({ permissions: z.array(ApprovalView) })

export function Pending({ client }: { readonly client: Client }) {
  const look = useCallback(
    (signal: AbortSignal) => client.get('/api/v1/permissions?of=all', Permissions, signal),
    [client],
  )
  const { value, problem, again } = useFresh(look, everyMs)
  const approvals = value?.permissions ?? []
  return (
    <Panel
      title={words.operate.approvals}
      problem={problem}
      empty={value !== undefined && approvals.length === 0 ? words.operate.noApprovals : undefined}
    >
      <div className="pending">
        {approvals.map((approval) => (
          <Asked
            key={approval.prompt}
            approval={approval}
            where={words.approvals.by(approval.requester)}
            onDecide={async (prompt, given) => {
              const path = `/api/v1/sessions/${part(approval.session)}/permissions/${part(prompt)}`
              try {
                await client.send('POST', path, { ...given }, z.object({}))
              } finally {
                again()
              }
            }}
          />
        ))}
      </div>
    </Panel>
  )
}
