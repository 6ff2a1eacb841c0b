/** What the API of a bot answers to whoever watches over it, as far as it is shown. What else it says is let be. */
import { z } from 'zod'

export const Overview = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  state: z.enum(['running', 'draining', 'drained']),
  adapters: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['starting', 'ready', 'away']),
      sent: z.int(),
      undeliverable: z.int(),
    }),
  ),
  waiting: z.int(),
  running: z.int(),
  undelivered: z.int(),
  warm: z.int(),
  approvals: z.int(),
  tasks: z.object({ waiting: z.int(), running: z.int(), concurrency: z.int() }),
})
export type Overview = z.infer<typeof Overview>

export const Session = z.object({
  id: z.string(),
  name: z.string().exactOptional(),
  state: z.enum(['none', 'works', 'waits', 'decides']),
  /** Absent: it is a chat's. */
  owner: z.string().exactOptional(),
  model: z.string().exactOptional(),
  turns: z.int(),
  costUsd: z.number(),
  lastAt: z.iso.datetime(),
  queued: z.int(),
  turn: z
    .object({
      since: z.iso.datetime(),
      markdown: z.string(),
      tools: z.array(z.object({ name: z.string(), title: z.string() })),
      status: z.string().exactOptional(),
    })
    .exactOptional(),
})
export type Session = z.infer<typeof Session>
export const Sessions = z.object({ sessions: z.array(Session) })

export const Permission = z.object({
  prompt: z.string(),
  session: z.string(),
  tool: z.string(),
  title: z.string(),
  markdown: z.string(),
  requester: z.string(),
  createdAt: z.iso.datetime(),
  choices: z.array(z.object({ id: z.string(), label: z.string(), text: z.boolean().exactOptional() })),
})
export type Permission = z.infer<typeof Permission>
export const Permissions = z.object({ permissions: z.array(Permission) })

export const Task = z.object({
  id: z.string(),
  user: z.string(),
  kind: z.enum(['message', 'task']),
  state: z.string(),
  priority: z.int(),
  createdAt: z.iso.datetime(),
})
export type Task = z.infer<typeof Task>
export const Tasks = z.object({ tasks: z.array(Task) })

const figures = { turns: z.int(), failed: z.int(), costUsd: z.number() }
const tokens = { inputTokens: z.int(), outputTokens: z.int() }
export const Usage = z.object({
  total: z.object({ ...figures, ...tokens }),
  days: z.array(z.object({ day: z.string(), ...figures, ...tokens })),
  users: z.array(z.object({ user: z.string(), ...figures, ...tokens })),
  models: z.array(z.object({ model: z.string(), ...figures, ...tokens })),
})
export type Usage = z.infer<typeof Usage>

export const Line = z.object({
  at: z.iso.datetime(),
  level: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
})
export type Line = z.infer<typeof Line>

const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])
export const Setting = z.object({
  key: z.string(),
  value: Value.exactOptional(),
  live: z.boolean(),
  editable: z.boolean(),
  waiting: Value.exactOptional(),
})
export type Setting = z.infer<typeof Setting>
export const Settings = z.object({ settings: z.array(Setting) })
