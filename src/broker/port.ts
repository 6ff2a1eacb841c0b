/** Stands between a CLI process and the model's API, so that the key is never in the process. */
import type { TokenUsage } from '../claude/turn.ts'

/** Where the model is asked, and as whom. */
export interface Upstream {
  /** `/v1/messages` comes after it. */
  readonly baseUrl: string
  /** What is added to each request: the credential, and what the operator configured. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The process's own variables: which proxy and which certificates it would have used. */
  readonly environment: Readonly<Record<string, string>>
}

/** What one process shows in place of the key. */
export interface Pass {
  /** What the process takes for the API. */
  readonly url: string
  readonly token: string
  /** What was spent since this was asked last, as the API told it; of an answer that is under way, as far as it has come. */
  take(): TokenUsage
  /** Why the last request was refused by {@link Affords}; undefined: it was not. */
  readonly refusal: string | undefined
  /** From now on it opens nothing. */
  end(): void
}

/** Why whoever pays may spend no more, in their words; undefined: go on. `unbooked`: what was spent and not taken, at any time. */
export type Affords = (unbooked: () => TokenUsage) => Promise<string | undefined>

export interface Broker {
  issue(upstream: Upstream, affords: Affords): Promise<Pass>
  /** Resolves when it does; without this it does from the first pass on. */
  listen(): Promise<void>
  /** Ends every connection. Safe to call twice. */
  close(): Promise<void>
}
