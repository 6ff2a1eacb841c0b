/** The bot as a whole, as it stands: its adapters, what runs, whether anything new is begun. */
import { z } from 'zod'
import manifest from '../../../../package.json' with { type: 'json' }
import type { App, Parts } from '../../parts.ts'
import { Session, sessionOf } from '../../shapes/session.ts'

const tags = ['operator']
const base = '/api/v1/operator'
const config = { scope: 'operate' } as const

const Overview = z.object({
  version: z.string(),
  uptimeSeconds: z.number(),
  /** `draining`: nothing waiting is begun; `drained`: and nothing runs any more. */
  state: z.enum(['running', 'draining', 'drained']),
  adapters: z
    .array(
      z
        .object({
          name: z.string(),
          /** `away`: its connection is lost, and tried again. */
          state: z.enum(['starting', 'ready', 'away']),
          /** Replies since the start: how many stand, were put off, were given up. */
          sent: z.int(),
          later: z.int(),
          undeliverable: z.int(),
        })
        .readonly(),
    )
    .readonly(),
  /** Messages. */
  waiting: z.int(),
  running: z.int(),
  /** Replies that are still to be delivered. */
  undelivered: z.int(),
  /** Conversations that hold a place for a process of the CLI. */
  warm: z.int(),
  /** Decisions that are waited for. */
  approvals: z.int(),
  tasks: z.object({ waiting: z.int(), running: z.int(), concurrency: z.int() }),
})

const Drain = z.object({
  drain: z.boolean(),
  /** With `drain`: the program ends once nothing runs, for a key with the scope `admin`. */
  leave: z.boolean().default(false),
})

export function operatorView(app: App, { bot, tasks }: Parts): void {
  const overview = async (user: string): Promise<z.infer<typeof Overview>> => {
    const { standing, ...view } = await bot.operating({ id: user }).overview()
    const uptimeSeconds = Math.round(process.uptime())
    return { version: manifest.version, uptimeSeconds, ...view, ...standing, tasks: tasks.counts }
  }

  app.get(
    base,
    { config, schema: { summary: 'The bot as a whole', tags, response: { 200: Overview } } },
    ({ caller }) => overview(caller.name),
  )

  app.get(
    `${base}/turns`,
    {
      config,
      schema: {
        summary: 'Sessions in which something runs, waits or is to be decided, whosever they are',
        tags,
        response: { 200: z.object({ sessions: z.array(Session) }) },
      },
    },
    async ({ caller }) => ({
      sessions: (await bot.operating({ id: caller.name }).turns()).map(sessionOf),
    }),
  )

  app.put(
    `${base}/drain`,
    {
      config,
      schema: {
        summary: 'Begins nothing new, or goes on',
        description:
          'What runs goes on to its end; new messages and tasks are refused with 503 here, and kept for later in the chats. /ready answers 503 meanwhile.',
        tags,
        body: Drain.strict(),
        response: { 200: Overview },
      },
    },
    async ({ caller, body }) => {
      const operating = bot.operating({ id: caller.name })
      await (body.drain ? operating.drain(body.leave) : operating.resume())
      return overview(caller.name)
    },
  )
}
