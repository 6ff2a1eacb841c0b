/** Slack's settings. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

const token = (prefix: string, where: string) =>
  z
    .string()
    .refine(
      (given) => !given.startsWith('xoxe.'),
      'expires after 12 hours, since Token Rotation is on: only what is installed by `oauth` is renewed, see docs/slack.md',
    )
    .startsWith(prefix, `is no such token: it begins with ${prefix}, see ${where} at api.slack.com/apps`)

const mentioned = z
  .string()
  .regex(
    /^(?:users|groups|channels|here|channel|everyone|[UWSC][A-Z0-9]{2,})$/,
    'is neither users, groups, channels, here, channel or everyone nor the id of a person (U…), a group (S…) or a channel (C…)',
  )

const schema = z
  .strictObject({
    /** Of the one workspace. */
    botToken: token('xoxb-', 'OAuth & Permissions').optional(),
    /** For several workspaces: each installs the app by itself. */
    oauth: z
      .strictObject({
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        /** Where browsers reach `port`, e.g. `https://bot.example.com`. */
        url: z.url(),
      })
      .optional(),
    /** For Socket Mode. */
    appToken: token('xapp-', 'Basic Information, App-Level Tokens').optional(),
    /** For events over HTTP. */
    signingSecret: z.string().min(1).optional(),
    /** Absent: `socket` where there is an `appToken`, else `http`. */
    mode: z.enum(['socket', 'http']).optional(),
    /** Whom Claude's answers may ping; nobody else is, however it is written. */
    mentions: z.array(mentioned).default([]),
    /** Where questions of direct chats are answered: there, or in a thread of each, where answers stream. */
    directAnswers: z.enum(['chat', 'thread']).default('chat'),
    /** Where events over HTTP are taken, and installations. */
    host: z.string().min(1).default('0.0.0.0'),
    port: z.int().min(0).max(65_535).default(3000),
    /** Leads elsewhere than to Slack: a proxy, a test. */
    apiUrl: z.url().default('https://slack.com/api/'),
  })
  .superRefine(({ botToken, oauth, mode, appToken, signingSecret }, context) => {
    if ((botToken === undefined) === (oauth === undefined)) {
      const message =
        oauth === undefined ? 'is needed' : 'is for one workspace, `oauth` for several: name one'
      context.addIssue({ code: 'custom', path: ['botToken'], message })
    }
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
