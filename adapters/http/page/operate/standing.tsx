/** The bot in figures, and its adapters. */
import { useCallback } from 'react'
import { z } from 'zod'
import type { Client } from '../api/client.ts'
import { useFresh } from '../parts/fresh.ts'
import { number, words } from '../words/words.ts'
import { Panel } from './panel.tsx'

const everyMs = 5_000

/** Of what the API tells: what is shown here. */
const Overview = z.object({
  state: z.enum(['running', 'draining', 'drained']),
  adapters: z.array(z.object({ name: z.string(), state: z.enum(['starting', 'ready', 'away']) })),
  waiting: z.number(),
  running: z.number(),
  warm: z.number(),
  approvals: z.number(),
})

export function Standing({ client }: { readonly client: Client }) {
  const look = useCallback(
    (signal: AbortSignal) => client.get('/api/v1/operator', Overview, signal),
    [client],
  )
  const { value, problem } = useFresh(look, everyMs)
  const { standing } = words.operate
  return (
    <Panel title={standing.title} problem={problem}>
      {value !== undefined && (
        <>
          <dl className="figures-row">
            <Figure name={standing.running} value={value.running} />
            <Figure name={standing.waiting} value={value.waiting} />
            <Figure name={standing.approvals} value={value.approvals} />
            <Figure name={standing.warm} value={value.warm} />
          </dl>
          <ul className="chips">
            <li className={value.state}>{standing.states[value.state]}</li>
            {value.adapters.map(({ name, state }) => (
              <li key={name} className={state}>
                {name}: {standing.adapters[state]}
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{number(value)}</dd>
    </div>
  )
}
