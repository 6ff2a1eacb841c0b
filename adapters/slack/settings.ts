/** Slack's settings. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

const token = (prefix: string, where: string) =>
  z
    .string()
    .startsWith(prefix, `is no such token: it begins with ${prefix}, see ${where} at api.slack.com/apps`)

const schema = z
  .strictObject({
    botToken: token('xoxb-', 'OAuth & Permissions'),
    /** For Socket Mode. */
    appToken: token('xapp-', 'Basic Information, App-Level Tokens').optional(),
    /** For events over HTTP. */
    signingSecret: z.string().min(1).optional(),
    /** Absent: `socket` where there is an `appToken`, else `http`. */
    mode: z.enum(['socket', 'http']).optional(),
    /** Where events over HTTP are taken. */
    host: z.string().min(1).default('0.0.0.0'),
    port: z.int().min(0).max(65_535).default(3000),
    /** Leads elsewhere than to Slack: a proxy, a test. */
    apiUrl: z.url().default('https://slack.com/api/'),
  })
  .superRefine(({ mode, appToken, signingSecret }, context) => {
    const http =
      (mode ?? (appToken === undefined && signingSecret !== undefined ? 'http' : 'socket')) === 'http'
    if (http && signingSecret === undefined) {
      context.addIssue({ code: 'custom', path: ['signingSecret'], message: 'is needed for events over HTTP' })
    }
    if (!http && appToken === undefined) {
      context.addIssue({ code: 'custom', path: ['appToken'], message: 'is needed for Socket Mode' })
    }
  })
  .transform(({ mode, ...settings }) => ({
    ...settings,
    mode: mode ?? (settings.appToken === undefined ? ('http' as const) : ('socket' as const)),
  }))

export type SlackSettings = z.infer<typeof schema>

export const settings: AdapterSettings<SlackSettings> = {
  schema,
  environment: {
    botToken: 'SLACK_BOT_TOKEN',
    appToken: 'SLACK_APP_TOKEN',
    signingSecret: 'SLACK_SIGNING_SECRET',
    apiUrl: 'SLACK_API_URL',
  },
}
