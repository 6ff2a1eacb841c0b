/** What was used in the last days, by day and by person. */
import { useCallback, useState } from 'react'
import { UsageReport } from '../../shapes/usage.ts'
import type { Client } from '../api/client.ts'
import { useFresh } from '../parts/fresh.ts'
import { Choice } from '../session/choice.tsx'
import { money, number, words } from '../words/words.ts'
import { Bars } from './bars.tsx'
import { Panel } from './panel.tsx'
import { Table } from './table.tsx'

const everyMs = 60_000
const dayMs = 24 * 60 * 60 * 1000
const mostPeople = 20

type Figures = UsageReport['total']
interface Measure {
  readonly name: string
  readonly of: (figures: Figures) => number
  readonly said: (value: number) => string
}

const { operate } = words
const cost: Measure = { name: operate.cost, of: ({ costUsd }) => costUsd, said: money }
const measures: readonly Measure[] = [
  cost,
  { name: operate.tokens, of: tokensOf, said: number },
  { name: operate.turns, of: ({ turns }) => turns, said: number },
]

export function Usage({ client }: { readonly client: Client }) {
  const look = useCallback(
    (signal: AbortSignal) => client.get('/api/v1/usage?of=all', UsageReport, signal),
    [client],
  )
  const { value, problem } = useFresh(look, everyMs)
  const [chosen, setChosen] = useState(cost.name)
  const measure = measures.find(({ name }) => name === chosen) ?? cost
  return (
    <Panel
      title={operate.usage}
      problem={problem}
      empty={value !== undefined && value.total.turns === 0 ? operate.noUsage : undefined}
    >
      {value !== undefined && (
        <>
          <div className="usage-head">
            <p className="hint">{operate.total(number(value.total.turns), money(value.total.costUsd))}</p>
            <Choice
              label={operate.measure}
              value={measure.name}
              values={measures.map(({ name }) => name)}
              disabled={false}
              onChoice={setChosen}
            />
          </div>
          <Plots report={value} measure={measure} />
        </>
      )}
    </Panel>
  )
}

function Plots({ report, measure }: { readonly report: UsageReport; readonly measure: Measure }) {
  const days = everyDay(report)
  const users = report.users.toSorted((a, b) => measure.of(b) - measure.of(a)).slice(0, mostPeople)
  const bar = (name: string, figures: Figures | undefined) => {
    const value = figures === undefined ? 0 : measure.of(figures)
    return { name, value, said: measure.said(value) }
  }
  return (
    <div className="plots">
      <figure>
        <figcaption>{operate.byDay(measure.name)}</figcaption>
        <Bars
          label={operate.byDay(measure.name)}
          upright
          bars={days.map(({ day, figures }) => bar(day, figures))}
        />
        <AsTable
          head={operate.day}
          rows={report.days.map(({ day, ...figures }) => ({ name: day, figures }))}
        />
      </figure>
      <figure>
        <figcaption>{operate.byUser(measure.name)}</figcaption>
        <Bars
          label={operate.byUser(measure.name)}
          bars={users.map(({ user, ...figures }) => bar(user, figures))}
        />
        <AsTable head={operate.owner} rows={users.map(({ user, ...figures }) => ({ name: user, figures }))} />
      </figure>
    </div>
  )
}

interface AsTableProps {
  readonly head: string
  readonly rows: readonly { readonly name: string; readonly figures: Figures }[]
}

function AsTable({ head, rows }: AsTableProps) {
  return (
    <details className="as-table">
      <summary>{operate.asTable}</summary>
      <Table
        label={head}
        heads={[head, operate.turns, operate.failed, operate.tokens, operate.cost]}
        figures={4}
        rows={rows.map(({ name, figures }) => ({
          key: name,
          cells: [
            name,
            number(figures.turns),
            number(figures.failed),
            number(tokensOf(figures)),
            money(figures.costUsd),
          ],
        }))}
      />
    </details>
  )
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Figures): number {
  return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens
}

/** Those without use, too. */
function everyDay({
  from,
  to,
  days,
}: UsageReport): readonly { readonly day: string; readonly figures?: Figures }[] {
  const used = new Map(days.map((figures) => [figures.day, figures]))
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10)
    const figures = used.get(day)
    return figures === undefined ? { day } : { day, figures }
  })
}
