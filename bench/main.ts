/** `npm run bench [-- part …]`: measures Parley on this machine and prints what was promised beside it. */
import { cpus, loadavg, totalmem } from 'node:os'
import { locate } from '../src/claude/locate.ts'
import { type Row, mb, table } from './figures.ts'
import { type Ground, openGround } from './ground.ts'

/** A part measures one promise; its modules are loaded when it is asked for. */
const parts: Readonly<Record<string, (ground: Ground) => Promise<Row[]>>> = {
  warm: async (ground) => (await import('./warm.ts')).warm(ground),
  'first-text': async (ground) => (await import('./first-text.ts')).firstText(ground),
  cold: async (ground) => (await import('./cold.ts')).cold(ground),
  throughput: async (ground) => (await import('./throughput.ts')).throughput(ground),
  slack: async (ground) => (await import('./chats/chats.ts')).chats(ground, 'slack'),
  discord: async (ground) => (await import('./chats/chats.ts')).chats(ground, 'discord'),
  lark: async (ground) => (await import('./chats/chats.ts')).chats(ground, 'lark'),
  http: async (ground) => (await import('./http/http.ts')).http(ground),
  nodes: async (ground) => (await import('./nodes/nodes.ts')).nodes(ground),
  startup: async (ground) => (await import('./startup.ts')).startup(ground),
}

const wanted = process.argv.slice(2)
// It measures nothing, and so wants no ground.
if (wanted.join() === 'simulate') {
  const { simulate } = await import('./simulate/print.ts')
  simulate()
  process.exit(0)
}
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Parts are: ${Object.keys(parts).join(', ')}; or simulate alone.`,
  )
  process.exit(2)
}
// The folder is removed on exit; the CLI ends when its input does.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

await using opened = new AsyncDisposableStack()
const ground = await openGround(opened)
const { version } = await locate()
const [cpu] = cpus()
console.log(`${cpus().length} × ${cpu?.model.trim()}, ${mb(totalmem())}, ${process.platform}`)
console.log(
  `Node ${process.versions.node}, Claude CLI ${version}, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}\n`,
)
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const start = performance.now()
  const rows = await measure(ground)
  console.log(
    `${name} (${((performance.now() - start) / 1000).toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)})\n${table(rows)}\n`,
  )
}
