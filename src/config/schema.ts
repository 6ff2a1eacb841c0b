/** Every key of config.yaml: its type, its default. What each one does stands in docs/configuration.md. */
import { z } from 'zod'
import { roles } from '../access.ts'
import { permissionModes } from '../claude/turn.ts'
import { midTurnModes } from '../conversation/burst.ts'
import { ruleForm } from '../conversation/tool-pattern.ts'
import { logFormats, logLevels } from '../log.ts'
import { placeForm } from '../egress/rules.ts'
import { sandboxes } from '../sandbox/choose.ts'
import { languages } from '../words/languages.ts'
import { duration, size } from './units.ts'

const text = z.string().min(1)

const leastMemory = 512 * 1024 * 1024
const leastFile = 64 * 1024 * 1024

const mcpServer = z
  .record(z.string(), z.unknown())
  .refine((server) => 'command' in server || 'url' in server, 'wants a `command` to run, or a `url`')

const claude = z.strictObject({
  command: text.optional(),
  model: text.optional(),
  permissionMode: z.enum(permissionModes).optional(),
  allowedTools: z.array(text).default([]),
  disallowedTools: z.array(text).default([]),
  appendSystemPrompt: text.optional(),
  maxTurns: z.int().min(1).optional(),
  maxBudgetUsd: z.number().positive().optional(),
  addDirs: z.array(text).default([]),
  mcpServers: z.record(z.string(), mcpServer).default({}),
  settings: z.record(z.string(), z.unknown()).default({}),
  timeout: duration.prefault('60m'),
  silence: duration.prefault('15m'),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is not a name for an environment variable'), z.string())
    .default({}),
})

const sessions = z.strictObject({
  scope: z.enum(['user', 'thread', 'channel']).default('user'),
  idleTimeout: duration.prefault('10m'),
  background: duration.prefault('1h'),
  maxWarm: z.int().min(1).max(1000).default(8),
  maxRunning: z.int().min(1).max(1000).default(4),
  retentionDays: z.int().min(1).max(3650).default(90),
  workspaceQuota: size.optional(),
  midTurn: z.enum(midTurnModes).default('queue'),
  burst: z.union([z.literal(0), duration]).prefault('1500ms'),
})

const who = z
  .string()
  .regex(/^(?:\*|[a-z][\w-]*:\S+)$/, 'wants "*", "<adapter>:*", "<adapter>:<user id>" or "<adapter>:<group>"')

const where = z.string().regex(/^(?:\*|[a-z][\w-]*:\S+)$/, 'wants "*", "<adapter>:*" or "<adapter>:<id>"')

const places = z.strictObject({ allow: z.array(where).default(['*']), deny: z.array(where).default([]) })

const access = z.strictObject({
  allow: z.array(who).default([]),
  deny: z.array(who).default([]),
  admins: z.array(who).default([]),
  owners: z.array(who).default([]),
  operators: z.array(who).default([]),
  guests: z.array(who).default([]),
  channels: places.prefault({}),
  tenants: places.prefault({}),
  pairing: z.enum(['off', 'code']).default('off'),
  loopGuard: z
    .strictObject({
      replies: z.int().min(0).max(1000).default(40),
      within: duration.prefault('5m'),
      silence: duration.prefault('10m'),
    })
    .prefault({}),
})

/** Names that cannot be taken for a path. */
const projects = z.record(
  z.string().regex(/^[A-Za-z0-9][\w-]{0,39}$/, 'is not a name for a project: letters, digits, `-` and `_`'),
  text,
)

const amount = z.strictObject({
  usd: z.number().positive().optional(),
  tokens: z.int().min(1).optional(),
})

const allowance = z.strictObject({ day: amount.optional(), month: amount.optional() })

const budgets = z.strictObject({
  user: allowance.optional(),
  role: z.partialRecord(z.enum(roles), allowance).default({}),
  channel: allowance.optional(),
  total: allowance.optional(),
})

const limits = z.strictObject({
  perMinute: z.int().min(1).optional(),
  concurrentTurns: z.int().min(1).optional(),
})

const files = z.strictObject({
  maxBytes: size.prefault('25MB'),
  maxCount: z.int().min(0).max(100).default(10),
  perTurn: z.int().min(0).max(1000).default(10),
})

const replies = z.strictObject({ maxMessages: z.int().min(0).max(1000).default(8) })

const rules = z.array(z.string().regex(ruleForm, 'wants a tool\'s name, "Name(pattern)" or "*"')).default([])

const toolLists = z.strictObject({ allow: rules, ask: rules, never: rules })

const approvals = z.strictObject({
  expire: duration.prefault('24h'),
  remind: duration.prefault('1h'),
  keepPlace: duration.prefault('1m'),
  tools: toolLists.prefault({}),
  roles: z.partialRecord(z.enum(roles), toolLists).default({}),
  secondApprover: rules,
})

const catchUp = z.strictObject({
  runWithin: z.union([z.literal(0), duration]).prefault('5m'),
  reachBack: duration.prefault('24h'),
  maxMessages: z.int().min(0).max(10_000).default(200),
})

const walls = z
  .strictObject({
    network: z.array(z.string().regex(placeForm, 'wants "host", "*.host" or "host:port"')).optional(),
    memory: size.optional(),
    cpus: z.number().min(0.1).max(1024).optional(),
    processes: z.int().min(64, 'wants 64 at least: threads count too').max(1_000_000).optional(),
    fileSize: size.optional(),
  })
  .superRefine(({ memory, fileSize }, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    if (memory !== undefined && memory < leastMemory)
      refuse('memory', 'wants 512MB at least: Claude alone takes about 200MB')
    if (fileSize !== undefined && fileSize < leastFile)
      refuse('fileSize', 'wants 64MB at least: transcripts are files too')
  })

const redisUrl = z.string().regex(/^rediss?:\/\/./, 'wants a URL such as "redis://localhost:6379"')

const store = z.strictObject({ url: redisUrl.optional() })

const queue = z.strictObject({ url: redisUrl.optional() })

const nodeRoles = z
  .array(z.enum(['gateway', 'worker']))
  .min(1, 'wants gateway, worker or both')
  .default(['gateway', 'worker'])

const telemetry = z.strictObject({
  traces: z
    .url({ protocol: /^https?$/, error: 'wants a URL such as "http://localhost:4318/v1/traces"' })
    .optional(),
  headers: z.record(z.string().regex(/^[\w-]+$/, 'is not a name for a header'), text).default({}),
  sample: z.number().min(0).max(1).default(1),
})

const log = z.strictObject({
  level: z.enum(logLevels).default('info'),
  format: z.enum(logFormats).default('auto'),
  file: text.optional(),
})

/** The blocks of adapters are checked by the adapters' own schemas. */
const adapters = z.record(
  z.string().regex(/^[a-z][\w-]*$/, 'is not a name for an adapter: letters, digits and `-`'),
  z.record(z.string(), z.unknown()),
)

/** The whole of config.yaml. */
export const configSchema = z.strictObject({
  dataDir: text.default('./data'),
  language: z.enum(languages).default('en'),
  claude: claude.prefault({}),
  sessions: sessions.prefault({}),
  access: access.prefault({}),
  projects: projects.default({}),
  budgets: budgets.prefault({}),
  limits: limits.prefault({}),
  files: files.prefault({}),
  replies: replies.prefault({}),
  approvals: approvals.prefault({}),
  catchUp: catchUp.prefault({}),
  sandbox: z.enum(sandboxes).default('auto'),
  walls: walls.prefault({}),
  store: store.prefault({}),
  queue: queue.prefault({}),
  roles: nodeRoles,
  telemetry: telemetry.prefault({}),
  log: log.prefault({}),
  adapters: adapters.default({}),
})

/** An adapter that is switched on. */
export interface AdapterConfig {
  /** What its schema made of its block; for loadAdapter alone. */
  readonly settings: unknown
  /** URL of the module that it comes from; absent: the folder of that name in adapters/. */
  readonly module?: string | undefined
}

/** Paths are absolute, times in milliseconds, defaults filled in. */
export interface Config extends Readonly<Omit<z.output<typeof configSchema>, 'adapters'>> {
  /** Absolute path of the file that it was read from; undefined: no file, defaults and environment alone. */
  readonly file: string | undefined
  /** Adapters that are on, by name. */
  readonly adapters: Readonly<Record<string, AdapterConfig>>
  /** Values that must not be seen in logs: pass them to createLog. */
  readonly secrets: readonly string[]
  /** Words for people about adapters that are nearly on, e.g. that a second variable is missing. */
  readonly hints: readonly string[]
}
