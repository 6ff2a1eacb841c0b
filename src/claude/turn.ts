/** What one session with the Claude CLI takes and gives. Types only; session.ts does it. */

import type { OfferedTool } from './offered-tools.ts'

/** A tool use that Claude may only carry out when somebody allows it. */
export interface ApprovalRequest {
  /** The CLI's request id. */
  readonly id: string
  /** Id of the tool use, as in {@link ToolStarted.id}. */
  readonly toolUseId: string | undefined
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  /** What the CLI offers to remember, so that it need not ask again; opaque, handed back on allow. */
  readonly suggestions: readonly unknown[]
  /** The path outside the workspace that made it ask, if that is why. */
  readonly blockedPath: string | undefined
  /** The subagent that asks: id of its task. Absent: none, or a version that does not tell. */
  readonly agent?: string | undefined
}

/** The answer to an {@link ApprovalRequest}. */
export type Decision =
  | {
      readonly behavior: 'allow'
      /** What to run in place of what was asked; absent: as asked. */
      readonly input?: Readonly<Record<string, unknown>>
      /** Suggestions to apply for the rest of this session. */
      readonly remember?: readonly unknown[]
    }
  | { readonly behavior: 'deny'; readonly reason: string; readonly interrupt?: boolean }

interface ToolStarted {
  readonly type: 'tool'
  readonly id: string
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  /** Set when a subagent uses it: id of the Task tool use. */
  readonly parent: string | undefined
}

/** What happens in a turn, in order. `result` is the last. */
export type TurnEvent =
  /** The turn was taken up by the CLI. */
  | {
      readonly type: 'started'
      readonly sessionId: string
      readonly model: string
      readonly tools: readonly string[]
      /** Names of the CLI's own commands, those of MCP servers included. */
      readonly commands: readonly string[]
    }
  /** More text of the block that is being written. A preview: `text-block` brings the whole. */
  | { readonly type: 'text'; readonly delta: string }
  /** A block of text is whole; it replaces the deltas since the last one. */
  | { readonly type: 'text-block'; readonly text: string }
  /** The deltas since the last block are void: the CLI starts this message over. */
  | { readonly type: 'text-void' }
  /** Claude is thinking; its words are not for the chat. */
  | { readonly type: 'thinking' }
  | ToolStarted
  | { readonly type: 'tool-result'; readonly id: string; readonly ok: boolean; readonly text: string }
  /** Answer it with {@link Session.decide}. */
  | { readonly type: 'approval'; readonly request: ApprovalRequest }
  /** The CLI no longer wants an answer. */
  | { readonly type: 'approval-withdrawn'; readonly id: string }
  /** The model's API failed; the CLI tries again by itself. */
  | {
      readonly type: 'api-retry'
      readonly attempt: number
      readonly of: number
      readonly status: number | undefined
      readonly inMs: number
    }
  /** The conversation is being summarised to fit the context window. */
  | { readonly type: 'compacting' }
  | { readonly type: 'result'; readonly result: TurnResult }

export interface TokenUsage {
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** How a turn ended. */
export interface TurnResult {
  /** All text blocks of the main thread, joined by blank lines; empty when there were none. */
  readonly text: string
  /** Absent: all went well. */
  readonly fault?: TurnFault
  /** Of this turn alone, US dollars. */
  readonly costUsd: number
  readonly usage: TokenUsage
  /** Wall clock from send to result, milliseconds. */
  readonly durationMs: number
  /** The session's id after the turn: /clear changes it. */
  readonly sessionId: string
  /** What the model's API told of besides, which is in none of these: of an answer that broke off, of one that the CLI did not ask for. */
  readonly untold?: TokenUsage
  /** The one that was asked, whatever else the CLI asked smaller ones for; absent: it did not come to that. */
  readonly model?: string
}

/** Why a turn failed. `message` is for people: what was wrong and what to do. */
export interface TurnFault {
  readonly code: ClaudeErrorCode
  readonly message: string
  /** What the CLI, the API or the system said, without our words about it. */
  readonly detail?: string
  /** True when the process is gone or must be replaced before the next turn. */
  readonly fatal: boolean
}

export type ClaudeErrorCode =
  | 'not-found' // no CLI at the configured place
  | 'too-old' // its version is below what docs/cli-versions.md supports
  | 'not-logged-in'
  | 'unknown-session' // --resume of a session that is not there: start a new one
  | 'session-in-use' // --session-id that exists: resume it
  | 'interrupted' // by us
  | 'max-turns'
  | 'max-budget'
  | 'over-budget' // of whoever pays for the turn
  | 'api-auth' // 401, 403
  | 'api-limit' // 429, usage limit
  | 'api-overloaded' // 529
  | 'api-error' // 4xx and 5xx otherwise, connection refused
  | 'died' // the process ended in mid-turn
  | 'silent' // nothing came for longer than allowed
  | 'timeout' // the turn took longer than allowed
  | 'protocol' // what came is not the protocol
  | 'config' // arguments that the CLI refuses
  | 'no-project' // the folder to work in: no such project any more
  | 'no-folder' // nor such a folder of the workspace
  | 'outside-folder' // it leads out of the workspace
  | 'no-workspace' // something else stands in its place
  | 'empty' // it went well and said nothing, twice
  | 'execution' // error_during_execution otherwise

/** Thrown where there is no turn to report in: starting, control requests. */
export class ClaudeError extends Error {
  override readonly name = 'ClaudeError'
  readonly code: ClaudeErrorCode
  /** As {@link TurnFault.detail}; without one the message is all that is known. */
  readonly detail: string

  constructor(
    code: ClaudeErrorCode,
    message: string,
    { detail = message, ...options }: { cause?: unknown; detail?: string } = {},
  ) {
    super(message, options)
    this.code = code
    this.detail = detail
  }
}

/** The permission modes that the CLI knows. */
export const permissionModes = ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const
export type PermissionMode = (typeof permissionModes)[number]

/** How hard Claude thinks, as the CLI names it. */
export const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof efforts)[number]

/** What files would be, or are, after going back to before a turn. */
export interface Rewind {
  /** Absolute paths. */
  readonly files: readonly string[]
  readonly insertions: number
  readonly deletions: number
}

/** How a session's process is started. */
export interface SessionOptions {
  /** A v4 uuid that we choose. */
  readonly sessionId: string
  /** True: the session exists and is taken up again. */
  readonly resume: boolean
  /** The session that a new one goes on from. */
  readonly forkOf?: string
  /** It is not kept: nobody will resume it. */
  readonly fleeting?: boolean
  /** Absolute path of the directory that Claude works in; exists. */
  readonly workspace: string
  /** Absolute path of the folder to begin in; absent: the workspace. The workspace stays open to Claude. */
  readonly folder?: string
  /** Absolute path of this user's CLAUDE_CONFIG_DIR; exists. */
  readonly configDir: string
  /** Absolute path of this user's HOME; exists. */
  readonly home: string
  /** What the operator configured, the `claude` block of config.yaml. */
  readonly claude: ClaudeOptions
  readonly model?: string
  readonly permissionMode?: PermissionMode
  readonly effort?: Effort
  /** Tools of our own that Claude may use unasked. */
  readonly tools?: readonly OfferedTool[]
  readonly guard?: Guard
  /** Who pays; asked where the model's key is kept from the process. Absent: nobody looks. */
  readonly purse?: Purse
}

/** Whoever pays for what a process asks of the model. */
export interface Purse {
  /** Why no more may be spent, in words for the asker; undefined: it may. `unbooked`: what is spent and in no result yet, at any time. */
  refusal(unbooked: () => TokenUsage): Promise<string | undefined>
  /** This was spent, and no turn's result will tell of it. */
  spent(unclaimed: TokenUsage): void
}

/** Judges each tool use before the CLI does: `ask` in any case, refuse it for a reason that Claude is told, or leave it to the CLI. */
export type Guard = (
  use: Pick<ApprovalRequest, 'tool' | 'input' | 'agent'>,
) => Promise<'ask' | { readonly never: string } | undefined>

/** The `claude` block of config.yaml, checked. Times in milliseconds. */
export interface ClaudeOptions {
  /** Path or name of the CLI; absent: the pinned one, else `claude` on PATH. */
  readonly command?: string | undefined
  readonly model?: string | undefined
  readonly permissionMode?: PermissionMode | undefined
  readonly allowedTools: readonly string[]
  readonly disallowedTools: readonly string[]
  readonly appendSystemPrompt?: string | undefined
  /** Agentic turns in one answer. */
  readonly maxTurns?: number | undefined
  readonly maxBudgetUsd?: number | undefined
  readonly addDirs: readonly string[]
  /** MCP servers as in .mcp.json: name -> definition. */
  readonly mcpServers: Readonly<Record<string, unknown>>
  /** Settings as in the CLI's settings.json. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Longest turn. */
  readonly timeout: number
  /** Longest silence within a turn; waiting for an approval or a tool does not count. */
  readonly silence: number
  /** Extra environment of the CLI process. */
  readonly env: Readonly<Record<string, string>>
}

/** A picture that Claude is shown. */
export interface ImageContent {
  readonly mime: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'
  /** Base64. */
  readonly data: string
}

/** What Claude does beside the turns that it was asked for. */
export interface Activity {
  /** The tasks that it left running. */
  readonly tasks: readonly Task[]
  /** Is it in a turn of its own? */
  readonly speaking: boolean
  /** True from a task's end until Claude has said what came of it. */
  readonly reporting: boolean
  /** Set once the process has ended in the middle of it: what ended with it. */
  readonly cutOff?: readonly Task[]
}

interface Task {
  readonly id: string
  /** What Claude calls it. */
  readonly title: string
}

/** One turn under way. */
export interface Turn {
  /** The uuid under which the CLI knows the message. */
  readonly uuid: string
  /** Ends after `result`; never throws. May be iterated once. */
  readonly events: AsyncIterable<TurnEvent>
}

/** One CLI process that stays up between turns. */
export interface Session {
  readonly id: string
  /** OS process id. */
  readonly pid: number
  /** Names of the CLI's own commands that it knows, as it told last. */
  readonly commands: readonly string[]
  /** False once the process has ended or is ending: open another with `resume`. */
  readonly alive: boolean
  /** Starts a turn with what a user wrote; nothing in the text is taken for a command or a file reference. One at a time. */
  ask(text: string, images?: readonly ImageContent[]): Turn
  /**
   * Puts a message into the running turn: Claude reads it after the tool that runs, or when it has said what it is
   * saying. The turn's result answers it too. Resolves when Claude has it; false: the turn ended before, or none runs,
   * or `leave` was aborted in time.
   */
  steer(text: string, images?: readonly ImageContent[], leave?: AbortSignal): Promise<boolean>
  /** Starts a turn with one of the CLI's own commands, e.g. `/compact`. Never give it a user's text. */
  command(line: string): Turn
  /** Answers an approval. False: nobody waits for it any more. */
  decide(requestId: string, decision: Decision): boolean
  /** Ends the running turn; resolves when the CLI has taken note. The turn still gives its `result`. */
  interrupt(): Promise<void>
  /** Undefined: the one that it was opened with. @throws ClaudeError, e.g. for a model that is not there. */
  setModel(model: string | undefined): Promise<void>
  /** @throws ClaudeError: `bypassPermissions` only when it was opened so. */
  setPermissionMode(mode: PermissionMode): Promise<void>
  /**
   * Puts files back to what they were before the turn of this uuid; with `dryRun` only says what that would do.
   * @throws ClaudeError `protocol`: nothing was kept of that turn.
   */
  rewind(uuid: string, dryRun: boolean): Promise<Rewind>
  /** Called with the events of each turn that Claude takes by itself, since a background task reported. */
  onBackground(listener: (events: AsyncIterable<TurnEvent>) => void): void
  /** Called with each line of its protocol that the CLI writes, but for what it asks us and what it answers us. */
  onLine(listener: (line: string) => void): void
  /** Called when what Claude does by itself changes. */
  onActivity(listener: (activity: Activity) => void): void
  readonly activity: Activity
  /** Ends a task that Claude left running. @throws ClaudeError: a version that cannot. */
  stopTask(id: string): Promise<void>
  /** Ends a turn that Claude takes by itself; resolves when the CLI has taken note. */
  interruptOwn(): Promise<void>
  /** Ends the process and its whole group: politely, then not. Resolves when all are gone. Safe to call twice. */
  close(): Promise<void>
}
