/** What the routes are added to, and what they work with. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Bot } from '../../src/contract.ts'
import type { Keys } from './keys.ts'
import type { Outbound } from './outbound.ts'
import type { Runs } from './runs.ts'
import type { SentFiles } from './sent-files.ts'
import type { HttpSettings } from './settings.ts'
import type { Tasks } from './tasks.ts'
import type { Webhooks } from './webhooks.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

export interface Parts {
  readonly bot: Bot
  readonly settings: HttpSettings
  readonly keys: Keys
  readonly runs: Runs
  readonly files: SentFiles
  readonly outbound: Outbound
  readonly tasks: Tasks
  readonly webhooks: Webhooks
  /** Aborted when the server closes: streams end then. */
  readonly closing: AbortSignal
  /** Resolves then. */
  readonly closed: Promise<void>
}
