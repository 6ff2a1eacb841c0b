/**
 * Parley as a library. docs/library.md is the guide, docs/examples has the programs.
 *
 * - {@link createAgent}: Claude for a program, with a persistent session per user.
 * - {@link createBot}: the whole bot, from a config, with adapters of your own.
 * - {@link createSession}: one Claude CLI process, turn by turn.
 * - {@link openStore}: session records, history and usage by themselves.
 */
export { type Agent, type AgentOptions, type AskOptions, createAgent } from './agent/agent.ts'
export { type AgentAnswer, type AgentEvent, AgentError } from './agent/answer.ts'
export type { AgentApproval, AgentDecision, ApprovalHandler } from './agent/approvals.ts'
export { type CreateSessionOptions, createSession } from './agent/session.ts'
export { AuditError } from './audit/audit.ts'
export { type BotOptions, type RunningBot, createBot } from './bot.ts'
export {
  type ApprovalRequest,
  type ClaudeErrorCode,
  type ClaudeOptions,
  type Decision,
  type PermissionMode,
  type Session,
  type SessionOptions,
  type TokenUsage,
  type Turn,
  type TurnEvent,
  type TurnFault,
  type TurnResult,
  ClaudeError,
} from './claude/turn.ts'
export { type ConfigInput, ConfigError } from './config.ts'
export type * from './contract.ts'
export { AdapterError } from './contract.ts'
export { type LogOptions, type RootLog, LogError, createLog } from './log.ts'
export { QueueError } from './queue/port.ts'
export type { HistoryEntry, SessionRecord, UsageRecord } from './store/records.ts'
export { type Store, type StoreOptions, StoreError, openStore } from './store/store.ts'
