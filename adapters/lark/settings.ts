/** Feishu's and Lark's settings. */
import { z } from 'zod'
import type { AdapterSettings } from '../../src/contract.ts'

/** Where the two clouds answer. */
const clouds: Readonly<Record<string, string>> = {
  'feishu.cn': 'https://open.feishu.cn',
  'larksuite.com': 'https://open.larksuite.com',
}

const schema = z
  .strictObject({
    /** The SDK does nothing at all, and says nothing, when it looks otherwise. */
    appId: z
      .string()
      .regex(
        /^cli_[0-9a-fA-F]{16}$/,
        'is no app id: it is cli_ and 16 hex digits, see Credentials & Basic Info',
      ),
    appSecret: z.string().min(1),
    /** Which cloud; a URL leads elsewhere: a proxy, a test. */
    domain: z
      .union([z.enum(['feishu.cn', 'larksuite.com']), z.url({ protocol: /^https?$/ })])
      .default('feishu.cn'),
    mode: z.enum(['websocket', 'webhook']).default('websocket'),
    /** False: answers are rich text, and choices are typed. */
    cards: z.boolean().default(true),
    /** Events over HTTP are encrypted and signed with it. */
    encryptKey: z.string().min(1).optional(),
    /** Stands in each event over HTTP. */
    verificationToken: z.string().min(1).optional(),
    /** True: who replies to the bot in a group need not mention it. */
    replies: z.boolean().default(false),
    /** Access lists may name people by their departments: each person's are asked for. */
    departments: z.boolean().default(false),
    /** Where events over HTTP are taken. */
    host: z.string().min(1).default('0.0.0.0'),
    port: z.int().min(0).max(65_535).default(3001),
  })
  .superRefine(({ mode, ...given }, context) => {
    for (const key of ['encryptKey', 'verificationToken'] as const) {
      if (mode !== 'webhook' || given[key] !== undefined) continue
      const message = 'is needed for events over HTTP, see Events & Callbacks, Encryption Strategy'
      context.addIssue({ code: 'custom', path: [key], message })
    }
  })
  .transform(({ domain, ...settings }) => ({
    ...settings,
    url: clouds[domain] ?? domain.replace(/\/+$/, ''),
    /** Feishu is China's. */
    chinese: domain === 'feishu.cn',
  }))

export type LarkSettings = z.infer<typeof schema>

export const settings: AdapterSettings<LarkSettings> = {
  schema,
  environment: {
    appId: 'LARK_APP_ID',
    appSecret: 'LARK_APP_SECRET',
    domain: 'LARK_DOMAIN',
    encryptKey: 'LARK_ENCRYPT_KEY',
    verificationToken: 'LARK_VERIFICATION_TOKEN',
  },
}
