/** Everybody's sessions, those in which something happens first. */
import { useCallback } from 'react'
import { z } from 'zod'
import { Session } from '../../shapes/session.ts'
import { type Client, part } from '../api/client.ts'
import { useDoing } from '../parts/doing.ts'
import { useFresh } from '../parts/fresh.ts'
import { money, number, time, words } from '../words/words.ts'
import { Panel } from './panel.tsx'
import { Table } from './table.tsx'

const everyMs = 5_000
const mostRows = 100
const Sessions = z.object({ sessions: z.array(Session) })
const order: readonly Session['state'][] = ['decides', 'works', 'waits', 'none']

export function Conversations({ client }: { readonly client: Client }) {
  const look = useCallback(
    (signal: AbortSignal) => client.get('/api/v1/sessions?of=all', Sessions, signal),
    [client],
  )
  const { value, problem, again } = useFresh(look, everyMs)
  const doing = useDoing()
  const { operate } = words
  const sessions = (value?.sessions ?? [])
    .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
    .slice(0, mostRows)
  const stop = (id: string): void =>
    void doing.run(async () => {
      await client.send('POST', `/api/v1/sessions/${part(id)}/interrupt`, {}, z.object({}))
      again()
    })
  return (
    <Panel
      title={operate.conversations}
      problem={doing.problem ?? problem}
      empty={value !== undefined && sessions.length === 0 ? operate.nobody : undefined}
    >
      <Table
        label={operate.conversations}
        heads={[operate.owner, operate.session, operate.state, operate.last, operate.turns, operate.cost]}
        figures={2}
        rows={sessions.map((session) => ({ key: session.id, cells: cellsOf(session, stop) }))}
      />
    </Panel>
  )
}

function cellsOf(session: Session, stop: (id: string) => void) {
  const { id, owner = '', name, transcript, state, turn, queued, lastAt, turns, costUsd } = session
  const { operate } = words
  const title = name ?? transcript.slice(0, 8)
  return [
    owner,
    <span className="title" key="title" title={transcript}>
      {title}
    </span>,
    <span className={`state ${state}`} key="state">
      {operate.states[state]}
      {queued > 0 && ` +${queued}`}
      {turn !== undefined && (
        <button type="button" className="small" aria-label={operate.stop(title)} onClick={() => stop(id)}>
          {operate.stopShort}
        </button>
      )}
    </span>,
    time(lastAt),
    number(turns),
    money(costUsd),
  ]
}
