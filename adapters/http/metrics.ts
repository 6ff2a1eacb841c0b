/** What Prometheus reads: counted as it happens, measured when it is read. Loads prom-client, so only where it is wanted. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Happening } from '../../src/contract.ts'
import type { App, Parts } from './parts.ts'
import type { RunRecord } from './shapes/run.ts'

const seconds = 1000
const requestBuckets = [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 300]
const turnBuckets = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3600]
const lagQuantiles = [50, 99, 100] as const

/** Call it before the routes are added: it counts requests of those that come after it. */
export function makeMetrics(app: App, { bot, runs, tasks, closing }: Parts): Registry {
  const registry = new Registry()
  countRequests(app, registry)
  bot.measures.listen(happenings(registry), closing)
  runs.onEnd(taskEnds(registry))
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    collect: (this: Gauge) => unknown,
  ): void => {
    // It registers itself.
    void new Gauge({ name, help, labelNames, registers: [registry], collect: asVoid(collect) })
  }
  gauge('parley_messages', 'Accepted messages that wait or are worked on', ['state'], async function () {
    const { waiting, running } = await bot.measures.standing()
    this.set({ state: 'waiting' }, waiting)
    this.set({ state: 'running' }, running)
  })
  gauge('parley_undelivered_replies', 'Replies that are still to be delivered', [], async function () {
    this.set((await bot.measures.standing()).undelivered)
  })
  gauge('parley_warm_processes', 'Conversations that hold a place for a CLI process', [], async function () {
    this.set((await bot.measures.standing()).warm)
  })
  gauge('parley_tasks', 'Tasks of the HTTP API that wait or run', ['state'], function () {
    this.set({ state: 'waiting' }, tasks.counts.waiting)
    this.set({ state: 'running' }, tasks.counts.running)
  })
  gauge('process_resident_memory_bytes', 'Memory of the bot’s own process', [], function () {
    this.set(process.memoryUsage.rss())
  })
  const lag = monitorEventLoopDelay()
  lag.enable()
  closing.addEventListener('abort', () => lag.disable(), { once: true })
  gauge(
    'parley_event_loop_lag_seconds',
    'Lag of the event loop since it was read last',
    ['quantile'],
    function () {
      for (const quantile of lagQuantiles)
        this.set({ quantile: String(quantile / 100) }, lag.count === 0 ? 0 : lag.percentile(quantile) / 1e9)
      lag.reset()
    },
  )
  return registry
}

function asVoid(collect: (this: Gauge) => unknown): (this: Gauge) => Promise<void> {
  return async function () {
    await collect.call(this)
  }
}

function countRequests(app: App, registry: Registry): void {
  const labelNames = ['method', 'route', 'status'] as const
  const registers = [registry]
  const requests = new Counter({
    name: 'parley_http_requests_total',
    help: 'Requests',
    labelNames,
    registers,
  })
  const durations = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: requestBuckets,
    registers,
  })
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    // Of what is not there the address could be anything.
    const route = routeOptions.url ?? 'none'
    requests.inc({ method, route, status: reply.raw.statusCode })
    durations.observe({ method, route }, reply.elapsedTime / seconds)
  })
}

/** Those that ended before they began have no duration. */
function taskEnds(registry: Registry): (record: RunRecord) => void {
  const registers = [registry]
  const ended = new Counter({
    name: 'parley_tasks_total',
    help: 'Tasks of the HTTP API that have ended',
    labelNames: ['state'],
    registers,
  })
  const durations = new Histogram({
    name: 'parley_task_duration_seconds',
    help: 'Time from the beginning of a task to its end',
    buckets: turnBuckets,
    registers,
  })
  return ({ kind, state, startedAt, endedAt = 0 }) => {
    if (kind !== 'task') return
    ended.inc({ state })
    if (startedAt !== undefined) durations.observe((endedAt - startedAt) / seconds)
  }
}

function happenings(registry: Registry): (happening: Happening) => void {
  const counter = <T extends string>(name: string, help: string, labelNames: T[]): Counter<T> =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const turns = counter('parley_turns_total', 'Turns that have ended', ['adapter', 'state'])
  const tokens = counter('parley_tokens_total', 'Tokens of turns', ['type'])
  const cost = counter('parley_cost_usd_total', 'What turns cost, in US dollars', [])
  const deliveries = counter('parley_deliveries_total', 'Replies by what became of them', [
    'adapter',
    'state',
  ])
  const retries = counter('parley_delivery_retries_total', 'Sends that were tried again', ['adapter'])
  const durations = new Histogram({
    name: 'parley_turn_duration_seconds',
    help: 'Time that Claude took for a turn',
    labelNames: ['adapter'],
    buckets: turnBuckets,
    registers: [registry],
  })
  return (happening) => {
    const { adapter } = happening
    if (happening.type === 'retry') return retries.inc({ adapter })
    const { state } = happening
    if (happening.type === 'delivery') {
      deliveries.inc({ adapter, state })
      return state === 'later' ? retries.inc({ adapter }) : undefined
    }
    turns.inc({ adapter, state })
    durations.observe({ adapter }, happening.durationMs / seconds)
    cost.inc(happening.costUsd)
    for (const [type, count] of Object.entries(happening.tokens)) tokens.inc({ type }, count)
  }
}
