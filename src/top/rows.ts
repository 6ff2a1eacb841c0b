/** What each tab lists. Pure. */
import type { Session, Usage } from './shapes.ts'
import type { Seen, Tab } from './watch.ts'

export interface Row {
  readonly cells: readonly string[]
  /** Said in full below the list, while it is chosen. */
  readonly detail?: string
}

/** A column: its heading, and its width in cells; 0: what is left. */
type Column = readonly [heading: string, width: number]

export const columnsOf: Readonly<Record<Tab, readonly Column[]>> = {
  turns: [
    ['state', 8],
    ['whose', 24],
    ['for', 7],
    ['model', 10],
    ['what', 0],
  ],
  approvals: [
    ['for', 7],
    ['whose', 24],
    ['tool', 12],
    ['what', 0],
  ],
  tasks: [
    ['prio', 5],
    ['state', 10],
    ['key', 14],
    ['since', 7],
    ['task', 0],
  ],
  sessions: [
    ['whose', 28],
    ['state', 8],
    ['turns', 7],
    ['cost', 9],
    ['last', 7],
    ['name', 0],
  ],
  usage: [
    ['', 30],
    ['turns', 8],
    ['failed', 8],
    ['tokens', 10],
    ['cost', 0],
  ],
  log: [
    ['at', 9],
    ['level', 6],
    ['what', 0],
  ],
  settings: [
    ['setting', 32],
    ['value', 20],
    ['', 0],
  ],
}

/** `now`: milliseconds since 1970. */
export function rowsOf(tab: Tab, seen: Seen, now: number): readonly Row[] {
  switch (tab) {
    case 'turns':
      return seen.turns.map((session) => turnRow(session, now))
    case 'approvals':
      return seen.approvals.map(({ createdAt, requester, tool, title, markdown }) => ({
        cells: [span(now - Date.parse(createdAt)), requester, tool, title],
        detail: markdown,
      }))
    case 'tasks':
      return openTasks(seen).map(({ priority, state, user, createdAt, id }) => ({
        cells: [String(priority), state, user, span(now - Date.parse(createdAt)), id],
      }))
    case 'sessions':
      return (seen.sessions ?? []).map(({ owner, state, turns, costUsd, lastAt, name, id }) => ({
        cells: [
          owner ?? 'a chat',
          state === 'none' ? '' : state,
          String(turns),
          money(costUsd),
          span(now - Date.parse(lastAt)),
          name ?? id,
        ],
        detail: `parley attach --server URL --session ${id}`,
      }))
    case 'usage':
      return seen.usage === undefined ? [] : usageRows(seen.usage)
    case 'log':
      return seen.log.map(({ at, level, message, fields }) => ({
        cells: [new Date(at).toTimeString().slice(0, 8), level, message],
        detail: JSON.stringify(fields),
      }))
    case 'settings':
      return (seen.settings ?? []).map(({ key, value, live, editable, waiting }) => ({
        cells: [
          key,
          value === undefined ? '' : String(value),
          waiting === undefined
            ? editable
              ? live
                ? ''
                : 'from the next start on'
              : 'in the file alone'
            : `${String(waiting)} waits for a restart`,
        ],
      }))
  }
}

/** Those that can still be moved or ended. */
export function openTasks({ tasks = [] }: Seen): NonNullable<Seen['tasks']> {
  return tasks.filter(({ state }) => state === 'waiting' || state === 'running')
}

function turnRow({ state, owner, name, id, model, queued, turn }: Session, now: number): Row {
  const whose = [owner ?? 'a chat', ...(name === undefined ? [] : [name])].join(' ')
  const tool = turn?.tools.at(-1)
  const what = turn?.status ?? (tool === undefined ? '' : `${tool.name} ${tool.title}`)
  const text = turn?.markdown.trim() ?? ''
  const behind = queued === 0 ? '' : ` (+${queued} behind)`
  return {
    cells: [
      state,
      whose,
      turn === undefined ? '' : span(now - Date.parse(turn.since)),
      model ?? '',
      `${what === '' ? (text.split('\n').at(-1) ?? '') : what}${behind}`,
    ],
    detail: text === '' ? id : text,
  }
}

function usageRows({ total, days, users, models }: Usage): readonly Row[] {
  const week = days.toReversed().slice(0, 7)
  return [
    usageRow('last 30 days', total),
    ...week.map((each) => usageRow(each.day, each)),
    ...models.toSorted(byCost).map((each) => usageRow(each.model, each)),
    ...users.toSorted(byCost).map((each) => usageRow(each.user, each)),
  ]
}

function usageRow(name: string, figures: Usage['total']): Row {
  const { turns, failed, inputTokens, outputTokens, costUsd } = figures
  return { cells: [name, String(turns), String(failed), count(inputTokens + outputTokens), money(costUsd)] }
}

function byCost(one: Usage['total'], other: Usage['total']): number {
  return other.costUsd - one.costUsd
}

export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}`
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3600)}h${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')}`
  return `${Math.floor(seconds / 86_400)}d`
}

function money(usd: number): string {
  return `$${usd.toFixed(usd < 10 ? 3 : 2)}`
}

function count(tokens: number): string {
  if (tokens < 10_000) return String(tokens)
  return tokens < 10_000_000 ? `${Math.round(tokens / 1000)}k` : `${Math.round(tokens / 1_000_000)}M`
}
