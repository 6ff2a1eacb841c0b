/** The HTTP server's settings. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

/** What a key may do: talk for itself, see and stop and decide for others as well, or administer. */
export const scopes = ['chat', 'operate', 'admin'] as const
export type Scope = (typeof scopes)[number]

const apiKey = z.strictObject({
  /** `sha256:` and 64 hex digits, as `parley key` prints it; or the secret itself, from the environment. */
  key: z
    .string()
    .regex(
      /^sha256:[0-9a-f]{64}$|^(?!sha256:)\S{24,512}$/,
      'is no key: make one with `parley key`, and put its sha256:… here (a secret has 24 characters at least)',
    ),
  scope: z.enum(scopes).default('chat'),
})

const gateway = z.strictObject({
  /** Where Anthropic's Messages API is spoken: `/v1/messages` comes after it. */
  url: z.url({ protocol: /^https?$/ }),
  key: z.string().min(1),
  /** How the key is sent: as LiteLLM and most others want it, or as Anthropic does. */
  auth: z.enum(['bearer', 'x-api-key']).default('bearer'),
  /** The least scope of a key that may ask it directly: no budget holds there. */
  scope: z.enum(scopes).default('operate'),
  /** Models of it that clients of OpenAI's API may choose: a chat with one of them runs on it. */
  models: z.array(z.string().min(1).max(120)).default([]),
  /** Milliseconds for which nothing may come from it. */
  timeout: z.int().min(1000).default(600_000),
})
export type Gateway = z.infer<typeof gateway>

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

const schema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(8080),
    /** By name: the person `http:<name>` is whoever has the key. */
    apiKeys: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is no name for a key: a-z, 0-9 and `-`'), apiKey)
      .default({}),
    /** Requests of one key in a minute; 0: as many as it likes. */
    requestsPerMinute: z.int().min(0).default(600),
    maxBodyBytes: z
      .int()
      .min(1024)
      .default(1024 * 1024),
    /** Of a request that can carry pictures or a whole conversation. */
    maxContentBytes: z
      .int()
      .min(1024)
      .default(32 * 1024 * 1024),
    /** What clients of other APIs are shown to choose from, besides the configured model. */
    models: z.array(z.string().min(1).max(120)).default(['sonnet', 'opus', 'haiku']),
    gateway: gateway.exactOptional(),
    /** The web page at `/`. */
    page: z.boolean().default(true),
    /** Figures for Prometheus at /metrics; absent: none are kept. */
    metrics: z
      .strictObject({
        /** True: whoever can connect may read them; else it takes a key with the scope `operate`. */
        open: z.boolean().default(false),
      })
      .exactOptional(),
    /** Pages of these origins may use the API from a browser; empty: none may. */
    corsOrigins: z.array(z.url({ protocol: /^https?$/ })).default([]),
    /** Days for which results can be fetched. */
    keepDays: z.number().positive().default(7),
    webhooks: z
      .strictObject({
        /** What they are signed with; absent: none are sent. */
        secret: z.string().min(24, 'is too short: 24 characters at least').optional(),
        /** May they go to this machine and its network? */
        allowPrivate: z.boolean().default(false),
      })
      .prefault({}),
    tasks: z
      .strictObject({
        /** How many run at a time. */
        concurrency: z.int().min(1).default(4),
      })
      .prefault({}),
  })
  .superRefine(({ host, apiKeys }, context) => {
    if (loopback.test(host) || Object.keys(apiKeys).length > 0) return
    const message = `is needed where others can connect (host is ${host}): make a key with \`parley key\``
    context.addIssue({ code: 'custom', path: ['apiKeys'], message })
  })

export type HttpSettings = z.infer<typeof schema>

export const settings: AdapterSettings<HttpSettings> = {
  schema,
  environment: {},
  api: ({ host, port }) => {
    // What listens everywhere is reached here, too.
    const own = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
    return `http://${own.includes(':') ? `[${own}]` : own}:${port}`
  },
}
