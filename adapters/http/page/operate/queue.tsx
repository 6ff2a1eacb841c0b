/** Tasks that wait for their place or run, of all keys. */
import { useCallback } from 'react'
import { z } from 'zod'
import { RunView } from '../../shapes/run.ts'
import { type Client, part } from '../api/client.ts'
import { useDoing } from '../parts/doing.ts'
import { useFresh } from '../parts/fresh.ts'
import { time, words } from '../words/words.ts'
import { Panel } from './panel.tsx'
import { Table } from './table.tsx'

const everyMs = 5_000
const priorities = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1] as const

const Tasks = z.object({ tasks: z.array(RunView) })
const Counts = z.object({ waiting: z.int(), running: z.int(), concurrency: z.int() })

export function Queue({ client }: { readonly client: Client }) {
  const look = useCallback(
    async (signal: AbortSignal) => {
      const of = (state: string) => client.get(`/api/v1/tasks?of=all&state=${state}`, Tasks, signal)
      const [counts, running, waiting] = await Promise.all([
        client.get('/api/v1/tasks/queue', Counts, signal),
        of('running'),
        of('waiting'),
      ])
      return { counts, tasks: [...running.tasks, ...waiting.tasks].filter(({ kind }) => kind === 'task') }
    },
    [client],
  )
  const { value, problem, again } = useFresh(look, everyMs)
  const doing = useDoing()
  const { operate } = words
  const change = (work: () => Promise<unknown>): void =>
    void doing.run(async () => {
      await work()
      again()
    })
  const tasks = value?.tasks ?? []
  return (
    <Panel title={operate.queue} problem={doing.problem ?? problem}>
      {value !== undefined && (
        <p className="hint">
          {operate.places(value.counts.running, value.counts.concurrency, value.counts.waiting)}
        </p>
      )}
      {tasks.length > 0 && (
        <Table
          label={operate.queue}
          heads={[
            operate.owner,
            operate.task,
            operate.state,
            operate.priority,
            operate.since,
            operate.actions,
          ]}
          rows={tasks.map((task) => ({
            key: `${task.user}/${task.id}`,
            cells: cellsOf(task, client, change),
          }))}
        />
      )}
    </Panel>
  )
}

function cellsOf(task: RunView, client: Client, change: (work: () => Promise<unknown>) => void) {
  const { id, user, state, priority, createdAt, startedAt } = task
  const path = `/api/v1/operator/tasks/${part(user)}/${part(id)}`
  const { operate } = words
  return [
    `http:${user}`,
    <span className="title" key="task" title={id}>
      {id}
    </span>,
    state === 'running' ? operate.running : operate.waiting,
    <select
      key="priority"
      aria-label={`${operate.priority}: ${id}`}
      value={priority}
      disabled={state === 'running'}
      onChange={({ target }) =>
        change(() => client.send('PATCH', path, { priority: Number(target.value) }, RunView))
      }
    >
      {priorities.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>,
    time(startedAt ?? createdAt),
    <button
      key="stop"
      type="button"
      className="small"
      aria-label={operate.stop(id)}
      onClick={() => change(() => client.send('POST', `${path}/cancel`, {}, RunView))}
    >
      {operate.stopShort}
    </button>,
  ]
}
