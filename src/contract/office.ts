/**
 * What an adapter can ask of the core beside the way of a message: for platforms that show more than a chat, such as an
 * API or a page. Every call is made for one person and judged by the same access rules as what they write. All values
 * are plain JSON; times are milliseconds since 1970, money is US dollars. Imports nothing
 * but its siblings.
 */

import type { FileReply, TextReply, TurnView } from './reply.ts'

/**
 * Why the core did not do as it was asked: `unknown` there is no such thing, or it is somebody else's; `forbidden` this
 * person may not; `invalid` a value makes no sense, named by `field`; `conflict` not as things stand now.
 */
export class OfficeError extends Error {
  override readonly name = 'OfficeError'
  readonly code: 'unknown' | 'forbidden' | 'invalid' | 'conflict'
  /** Name of the property that is wrong, as in what was passed. */
  readonly field: string | undefined

  constructor(
    code: OfficeError['code'],
    message: string,
    options: { readonly field?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.field = options.field
  }
}

/** How a session is to be, where that is not as configured. */
export interface SessionWish {
  /** A v4 uuid that names it: messages to it go to the thread of this name in the person's own chat. */
  readonly id: string
  /** What people call it. */
  readonly name?: string
  /** Id of a transcript of the person's ({@link Transcript.id}) to go on with. */
  readonly resume?: string
  readonly model?: string
  readonly permissionMode?: string
  readonly effort?: string
  /** Said to Claude besides what the operator configured. */
  readonly systemPrompt?: string
  /** Rules as in config: `Read`, `Bash(git log *)`. What the operator's policy says of a tool holds all the same. */
  readonly allowedTools?: readonly string[]
  readonly disallowedTools?: readonly string[]
  /** Name of a folder that the operator shares, to work in. */
  readonly project?: string
  /** Agentic turns in one answer. */
  readonly maxTurns?: number
  /** US dollars that a process of it may spend. */
  readonly maxBudgetUsd?: number
  /** Milliseconds that a turn may take; never more than is configured. */
  readonly timeout?: number
  /** True: its model is asked for by the adapter's own gateway, see `Adapter.gateway`. */
  readonly gateway?: boolean
}

/** A session as it stands. */
export interface SessionView {
  readonly id: string
  readonly name?: string
  /** `none` nothing runs or waits; `waits` for a place; `decides` somebody has to decide something. */
  readonly state: 'none' | 'works' | 'waits' | 'decides'
  /** `<adapter>:<user id>` of whose home it lives in; absent: it is a chat's. */
  readonly owner?: string
  /** Is it spoken to from here? */
  readonly own: boolean
  /** May this person speak in it all the same? What they say is answered to them, and stands in its history. */
  readonly joinable: boolean
  /** Id of its transcript. */
  readonly transcript: string
  readonly model?: string
  readonly permissionMode: string
  readonly effort?: string
  readonly project?: string
  /** True: its model is asked for by an adapter's gateway. */
  readonly gateway: boolean
  readonly turns: number
  readonly costUsd: number
  readonly createdAt: number
  readonly lastAt: number
  /** Messages that wait behind the running one. */
  readonly queued: number
  /** What the running turn shows. */
  readonly turn?: {
    readonly since: number
    readonly markdown: string
    readonly tools: readonly {
      readonly id: string
      readonly name: string
      readonly title: string
      readonly state: 'running' | 'done' | 'failed'
    }[]
    readonly status?: string
  }
  readonly approvals: readonly Approval[]
}

/** Something that somebody has to decide. It is answered with an `Answer` to `prompt`. */
export interface Approval {
  readonly prompt: string
  /** {@link SessionView.id} */
  readonly session: string
  /** Id of the message whose turn asks, as it arrived. */
  readonly message: string
  readonly kind: string
  /** What Claude wants to use, and with what. */
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly title: string
  readonly markdown: string
  /** As those of the prompt that a chat is shown. */
  readonly choices: readonly {
    readonly id: string
    readonly label: string
    readonly description?: string
    readonly style?: 'primary' | 'danger'
    readonly text?: boolean
  }[]
  /** True: several choices may be taken together. */
  readonly multiple: boolean
  /** True: an own answer may be written in place of a choice. */
  readonly ownText: boolean
  /** `<adapter>:<user id>` */
  readonly requester: string
  readonly createdAt: number
  /** Denied by itself then. */
  readonly expiresAt: number
}

/** What happens in a session, for whoever follows it; `message`: `<adapter>:<id as it arrived>`. */
export type Followed =
  /** A turn has begun: for this message of this person, `<adapter>:<user id>`. */
  | { readonly type: 'turn'; readonly message: string; readonly user: string; readonly text: string }
  /** As it stands now, whole. */
  | { readonly type: 'view'; readonly message: string; readonly view: TurnView }
  /** A reply goes to where it was asked. */
  | ({ readonly type: 'said' } & Pick<
      TextReply,
      'key' | 'markdown' | 'tone' | 'outcome' | 'ends' | 'figures'
    >)
  | ({ readonly type: 'file' } & Pick<FileReply, 'key' | 'name' | 'bytes' | 'caption'>)
  /** {@link Approval.prompt} */
  | { readonly type: 'asked'; readonly prompt: string }
  | { readonly type: 'settled'; readonly prompt: string; readonly label: string; readonly by?: string }

/** One line of what was said. */
export interface HistoryLine {
  readonly at: number
  readonly role: 'user' | 'assistant' | 'notice'
  /** `<adapter>:<user id>` for role user. */
  readonly user?: string
  readonly text: string
  /** Paths from the workspace on. */
  readonly files?: readonly string[]
  readonly transcript: string
}

/** A session of the CLI that lies on disk. */
export interface Transcript {
  readonly id: string
  /** The beginning of the first message; may be empty. */
  readonly preview: string
  /** As Claude or people called it; absent: nobody did. */
  readonly title?: string
  readonly bytes: number
  readonly lastAt: number
  /** Where it was made; absent: in the workspace. */
  readonly project?: string
  /** {@link SessionView.id} of the session that it belongs to; absent: to none. */
  readonly session?: string
}

/** What lies in a workspace. */
export interface WorkspaceEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  /** Of a file. */
  readonly bytes?: number
  readonly changedAt: number
}

/** What was used. */
export interface UsageFigures {
  /** Turns, also those that failed. */
  readonly turns: number
  readonly failed: number
  /** Turns that died before they said what they cost: their figures are estimates. */
  readonly estimated: number
  readonly costUsd: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  /** Sum over the turns. */
  readonly durationMs: number
}

/** What was used on some days (UTC, `YYYY-MM-DD`), in all and told apart; what is nothing is left out. */
export interface UsageReport {
  readonly from: string
  readonly to: string
  readonly total: UsageFigures
  readonly days: readonly ({ readonly day: string } & UsageFigures)[]
  /** `<adapter>:<user id>` of each person. */
  readonly users: readonly ({ readonly user: string } & UsageFigures)[]
  /** By the model that a turn asked; what the CLI asked smaller ones for on the way counts there. */
  readonly models: readonly ({ readonly model: string } & UsageFigures)[]
  readonly adapters: readonly ({ readonly adapter: string } & UsageFigures)[]
}

/** What can be chosen, and how it is configured. */
export interface Possibilities {
  readonly model?: string
  readonly permissionMode: string
  /** Those that are open to this person. */
  readonly permissionModes: readonly string[]
  readonly efforts: readonly string[]
  /** Names of the folders that the operator shares. */
  readonly projects: readonly string[]
  /** What this person may do, e.g. `operate`. */
  readonly rights: readonly string[]
}

/** Everything rejects with {@link OfficeError}, or with what the store or the disk rejects with. */
export interface Office {
  readonly possibilities: () => Promise<Possibilities>
  /** The person's own, the one used last first; `all`: everybody's, for whoever may operate. `most`: as many at most. */
  readonly sessions: (of: 'own' | 'all', most?: number) => Promise<readonly SessionView[]>
  readonly session: (id: string) => Promise<SessionView>
  readonly create: (wish: SessionWish) => Promise<SessionView>
  /** Another session that goes on from where this one is; `id` as in {@link SessionWish}. */
  readonly fork: (id: string, into: { readonly id: string; readonly name?: string }) => Promise<SessionView>
  /** Ends what runs in it, forgets it and its history. Its transcript and files stay. */
  readonly forget: (id: string) => Promise<void>
  /** The last `limit` lines, oldest first. */
  readonly history: (id: string, limit: number) => Promise<readonly HistoryLine[]>
  /**
   * Calls back with all that happens in it from now on, whoever asked and wherever; first with the turn that runs. The
   * listener returns at once and never throws.
   */
  readonly follow: (id: string, listener: (event: Followed) => void, signal: AbortSignal) => Promise<void>
  /** Ends the running turn; false: none runs. */
  readonly interrupt: (id: string) => Promise<boolean>
  /** What the person could decide in their own sessions; `all`: whatever they may decide. */
  readonly approvals: (of: 'own' | 'all') => Promise<readonly Approval[]>
  /** The person's own, or everybody's for whoever may operate; from and to are days, both included, 366 at most. */
  readonly usage: (of: 'own' | 'all', from: string, to: string) => Promise<UsageReport>
  readonly transcripts: () => Promise<readonly Transcript[]>
  readonly files: (id: string, folder: string) => Promise<readonly WorkspaceEntry[]>
  /** Close what comes: `stream` holds the file open until it is read or cancelled. */
  readonly readFile: (
    id: string,
    path: string,
  ) => Promise<{
    readonly name: string
    readonly bytes: number
    readonly stream: ReadableStream<Uint8Array>
  }>
  /**
   * Puts a file into the folder `inbox` of the workspace, under `name` or, where that is taken, one like it. Resolves
   * with its path from the workspace on.
   */
  readonly writeFile: (
    id: string,
    file: { readonly name: string; readonly stream: ReadableStream<Uint8Array> },
  ) => Promise<{ readonly path: string; readonly bytes: number }>
}
