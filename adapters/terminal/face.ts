/** What the ways to use a terminal have in common: a chat, or lines in and answers out. */
import type { Bot, PromptReply, Reply, ReplyStream } from '../../src/contract.ts'

export interface Face {
  /** Resolves when ready. */
  start(bot: Bot): Promise<void>
  /** Nothing is written after it has resolved. Safe to call twice. */
  stop(): Promise<void>
  send(reply: Reply): Promise<void>
  /** A prompt that was sent is decided or withdrawn. */
  settle(reply: PromptReply): Promise<void>
  /** `key` is the answer's. */
  stream(key: string): ReplyStream
}
